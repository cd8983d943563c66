import { sentence } from "./look-up.js";

const t = (key) => sentence({ key });
const tips = {
  sync: "reply.sync",
  async: "reply.async",
  unknown: "reply.unknown",
};

/**
 * The choice of the invoke node to wait for the device's reply. It makes sense for a service that answers later, and
 * stays free where nobody knows how the service answers.
 * @param account `() => id` of the node's account
 * @returns `{ know(callType) }`, to be told `sync`, `async` or undefined
 */
function addReplyChoice(account) {
  const choice = $("#node-input-awaitReply");
  const subscription = $("#node-input-subscription");
  let callType;

  function show() {
    const isChosen = choice.prop("checked");
    $(".aliyun-iot-when-awaiting").toggleClass("aliyun-iot-hidden", !isChosen);
    $("#aliyun-iot-await-reply-tip").text(t(tips[callType ?? "unknown"]));
    // One that is ticked already can always be taken back.
    choice.prop("disabled", callType === "sync" && !isChosen);
  }

  /** Where the account has one subscription, that is the one. */
  function suggest() {
    if (!choice.prop("checked") || RED.nodes.node(subscription.val())) return;
    const own = [];
    RED.nodes.eachConfig((node) => {
      if (node.type === "aliyun-iot-subscription" && node.account === account() && account())
        own.push(node.id);
    });
    if (own.length === 1) subscription.val(own[0]).trigger("change");
  }

  choice.on("change", () => {
    suggest();
    show();
  });
  show();
  return {
    know(known) {
      callType = known;
      show();
    },
  };
}

export { addReplyChoice };
