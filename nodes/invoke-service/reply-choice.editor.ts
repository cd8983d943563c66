import { configNode, type ServiceView, type StoredNode, t } from "../../editor/index";

type CallType = ServiceView["callType"];

const tips = { sync: "reply.sync", async: "reply.async", unknown: "reply.unknown" };

/**
 * The choice of the invoke node to wait for the device's reply. It makes sense for a service that answers later, and
 * stays enabled if the call type of the service is unknown.
 * @param accountId answers the id of the node's account
 * @returns `know`, to be told how the service answers, or undefined
 */
export function addReplyChoice(accountId: () => string): { know(callType: CallType | undefined): void } {
  const choice = $("#node-input-awaitReply");
  const subscription = $("#node-input-subscription");
  let callType: CallType | undefined;

  function show(): void {
    const isChosen = choice.prop("checked");
    $(".aliyun-iot-when-awaiting").toggleClass("aliyun-iot-hidden", !isChosen);
    $("#aliyun-iot-await-reply-tip").text(t(tips[callType ?? "unknown"]));
    // A ticked box can always be cleared.
    choice.prop("disabled", callType === "sync" && !isChosen);
  }

  /** Suggests the account's subscription if there is only one. */
  function suggest(): void {
    if (!choice.prop("checked") || configNode(subscription.val())) return;
    const [own, other] = subscriptionsOf(accountId());
    if (own !== undefined && other === undefined) subscription.val(own).trigger("change");
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

function subscriptionsOf(account: string): string[] {
  const ids: string[] = [];
  RED.nodes.eachConfig((node) => {
    const { id, type, ...properties } = node as StoredNode;
    if (account && type === "aliyun-iot-subscription" && properties["account"] === account) ids.push(id);
    return true;
  });
  return ids;
}
