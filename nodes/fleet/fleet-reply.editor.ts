import { addSubscriptionChoice, input, type ServiceView } from "../../editor/device/index";
import { translatorOf } from "../../editor/index";
import { type FleetNode, operationOf, strategyOf } from "./fleet-node.editor";

const t = translatorOf("fleet");

type CallType = ServiceView["callType"];

/**
 * The choice to wait for the devices' replies, and what goes with the strategy: a batch is asynchronous only.
 * @returns `know`, to be told how the service answers, or undefined
 */
export function addReply(node: FleetNode): { know(callType: CallType | undefined): void } {
  const choice = $("#node-input-awaitReply");
  const isChosen = (): boolean => choice.prop("checked") as boolean;
  const subscription = addSubscriptionChoice(isChosen);
  let known: CallType | undefined;

  function show(): void {
    const callType = operationOf(node) === "properties" ? "async" : known;
    const isBatch = strategyOf(node) === "batch";
    const isPointless = callType === "sync" && !isBatch;
    // One that is ticked already can always be taken back.
    choice.prop("disabled", isPointless && !isChosen());
    $("#aliyun-iot-await-reply-tip").text(tipOf(callType, isBatch));
    const isWrong = callType === "sync" && isBatch;
    $("#aliyun-iot-batch-sync").text(isWrong ? t("aliyun-iot-fleet.validation.batch-sync") : "");
  }

  choice.on("change", (event) => {
    subscription.follow(event);
    show();
  });
  input("operation").add(input("strategy")).on("change", show);
  show();
  return {
    know(callType) {
      known = callType;
      show();
    },
  };
}

function tipOf(callType: CallType | undefined, isBatch: boolean): string {
  if (isBatch) return t("aliyun-iot-fleet.reply.batch");
  if (callType === "sync") return t("aliyun-iot-fleet.reply.at-once");
  return callType === "async" ? t("aliyun-iot-fleet.reply.later") : t("aliyun-iot-fleet.reply.unknown");
}
