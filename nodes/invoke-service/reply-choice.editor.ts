import { addSubscriptionChoice, type ServiceView } from "../../editor/device/index";
import { t } from "../../editor/index";

type CallType = ServiceView["callType"];

const tips = { sync: "reply.sync", async: "reply.async", unknown: "reply.unknown" };

/**
 * The choice of the invoke node to wait for the device's reply. It makes sense for a service that answers later, and
 * stays enabled if the call type of the service is unknown.
 * @returns `know`, to be told how the service answers, or undefined
 */
export function addReplyChoice(): { know(callType: CallType | undefined): void } {
  const choice = $("#node-input-awaitReply");
  const isChosen = (): boolean => choice.prop("checked") as boolean;
  const subscription = addSubscriptionChoice(isChosen);
  let callType: CallType | undefined;

  function show(): void {
    $("#aliyun-iot-await-reply-tip").text(t(tips[callType ?? "unknown"]));
    // One that is ticked already can always be taken back.
    choice.prop("disabled", callType === "sync" && !isChosen());
  }

  choice.on("change", (event) => {
    subscription.follow(event);
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
