import {
  addPicker,
  chosen,
  chosenBelow,
  configNode,
  isAnyChanged,
  onlyChoice,
  openForm,
  showProblems,
  type StoredNode,
  translatorOf,
  trimmed,
} from "../../editor/index";
import { amqpAddressOf } from "../../lib/subscription/endpoint";
import { consumerGroupList } from "./consumer-group-list.editor";
import { addSubscriptionCheck } from "./subscription-check.editor";
import { isOnSimulator, type SubscriptionNode } from "./subscription-properties.editor";

const t = translatorOf("subscription");

function input(property: string): JQuery {
  return $(`#node-config-input-${property}`);
}

/** Sets up the subscription's dialog. */
export function fillDialog(node: SubscriptionNode): void {
  openForm(node);
  prefill(node);
  const showHost = (): void => showHostOf(chosen(node, "account"));
  input("account").on("change", () => {
    const isSimulated = isOnSimulator(node);
    $(".aliyun-iot-on-cloud").toggleClass("aliyun-iot-hidden", isSimulated);
    $(".aliyun-iot-on-simulator").toggleClass("aliyun-iot-hidden", !isSimulated);
    showHost();
  });
  input("endpoint").add(input("uid")).on("change input", showHost);
  followAccount(node);
  $("#aliyun-iot-subscription-more").prop("open", isAnyChanged(node, ["clientId", "credits", "tls"]));
  showProblems(node, {
    account: (id) => configNode(id) !== undefined || t("aliyun-iot-subscription.validation.account"),
  });
  addPicker(
    input("consumerGroupId").closest(".aliyun-iot-field"),
    consumerGroupList(
      () => String(input("account").val() ?? ""),
      ({ groupId }) => void input("consumerGroupId").val(groupId).trigger("change"),
    ),
  );
  addSubscriptionCheck(node, $("#aliyun-iot-subscription-check"));
  input("account").trigger("change");
}

/** Gives a new subscription the account of the node that it is made for, or else the only one that there is. */
function prefill(node: SubscriptionNode): void {
  if (configNode(node.id)) return;
  const list = input("account");
  const below = configNode(chosenBelow(node, "account"))?.id;
  const isOffered = list
    .find("option")
    .get()
    .some((option) => $(option).val() === below);
  const account = isOffered ? below : onlyChoice(list);
  if (account !== undefined) list.val(account);
}

/** Shows the default host, and the field for the account number if the host depends on it. */
function showHostOf(account: StoredNode | undefined): void {
  const instanceId = trimmed(account?.["instanceId"]);
  const host = hostOf(instanceId, trimmed(input("uid").val()), account?.["regionId"]);
  input("endpoint").attr("placeholder", host ?? "iot-….amqp.iothub.aliyuncs.com");
  $("#aliyun-iot-endpoint-tip").text(
    instanceId
      ? t("aliyun-iot-subscription.tip.endpoint-instance")
      : t("aliyun-iot-subscription.tip.endpoint-public"),
  );
  const isAsked = !instanceId && !trimmed(input("endpoint").val());
  $("#aliyun-iot-uid").toggleClass("aliyun-iot-hidden", !isAsked);
}

function hostOf(instanceId: string, uid: string, regionId: unknown): string | undefined {
  try {
    return amqpAddressOf({ endpoint: "", uid, instanceId, regionId: trimmed(regionId) || "cn-shanghai" })
      .host;
  } catch {
    return undefined;
  }
}

/** The account may be edited from this dialog; that changes none of its fields. */
function followAccount(node: SubscriptionNode): void {
  const whenChanged = ({ id }: StoredNode): void => {
    if (!RED.editor.getEditStack().includes(node)) RED.events.off("nodes:change", whenChanged);
    else if (id === input("account").val()) input("account").trigger("change");
  };
  RED.events.on("nodes:change", whenChanged);
}
