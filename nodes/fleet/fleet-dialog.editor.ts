import { accountChecks, addDeliveryTip, addInputs, addTip, replaceTip } from "../../editor/device/index";
import {
  choices,
  isAnyChanged,
  openForm,
  radios,
  showProblems,
  translatorOf,
  typedInput,
  verbatimJson,
} from "../../editor/index";
import { addLookUps } from "./fleet-look-ups.editor";
import { awaitsReply, type FleetNode, operationOf, targetsOf } from "./fleet-node.editor";

const t = translatorOf("fleet");

/** Sets up the dialog of the node that commands a fleet. */
export function fillDialog(node: FleetNode): void {
  openForm(node);
  addStores();
  for (const property of ["targets", "offline", "keep"]) choices(node, property);
  for (const property of ["operation", "strategy"]) radios(node, property);
  addTypedFields(node);
  const inputs = { args: addArgs(node), values: addValues(node) };
  addTips();
  showWhatApplies(node);
  const rollOut = ["pace", "canary", "growth", "stopAt", "stopAfter", "keep"];
  $("#aliyun-iot-roll-out").prop("open", isAnyChanged(node, rollOut));
  const isMoreSet = isAnyChanged(node, ["timeout", "delivery", "check"]);
  $("#aliyun-iot-fleet-more").prop("open", awaitsReply(node) || isMoreSet);
  showProblems(node, accountChecks);
  addLookUps(node, inputs);
}

/** Offers the context stores that Node-RED has. */
function addStores(): void {
  const { context } = RED.settings as { context?: { stores?: unknown } };
  const stores = Array.isArray(context?.stores) ? (context.stores as unknown[]) : [];
  for (const store of stores) {
    $("<option></option>").val(String(store)).text(String(store)).appendTo("#node-input-keep");
  }
}

function addTypedFields(node: FleetNode): void {
  for (const property of ["service", "productKey", "groupId"]) {
    typedInput(node, property, ["str", "msg", "flow", "global", "env", "jsonata"]);
  }
  const list = verbatimJson(t("aliyun-iot-fleet.label.devices"));
  typedInput(node, "devices", ["msg", list, "jsonata", "flow", "global", "str", "env"]);
  const tags = verbatimJson(t("aliyun-iot-fleet.label.tags"));
  typedInput(node, "tags", ["str", tags, "msg", "flow", "global", "env", "jsonata"]);
}

function addArgs(node: FleetNode) {
  return addInputs(node, {
    property: "args",
    title: t("aliyun-iot-fleet.label.args"),
    heading: t("aliyun-iot-fleet.label.inputs-from"),
    tips: { object: t("aliyun-iot-fleet.tip.args"), json: t("aliyun-iot-fleet.tip.args-text") },
    isNew: !node.service,
  });
}

function addValues(node: FleetNode) {
  return addInputs(node, {
    name: "values",
    property: "items",
    title: t("aliyun-iot-fleet.label.items"),
    heading: t("aliyun-iot-fleet.label.values-from"),
    tips: { object: t("aliyun-iot-fleet.tip.items"), json: t("aliyun-iot-fleet.tip.items-text") },
    isNew: !node.productKey,
  });
}

function addTips(): void {
  addDeliveryTip(t("aliyun-iot-fleet.tip.at-least-once"));
  const offline = { try: t("aliyun-iot-fleet.tip.try"), skip: t("aliyun-iot-fleet.tip.skip") };
  const checks = {
    error: t("aliyun-iot-fleet.tip.error"),
    warn: t("aliyun-iot-fleet.tip.warn"),
    off: t("aliyun-iot-fleet.tip.off"),
  };
  addTip("offline", offline, "try");
  addTip("check", checks, "error");
  replaceTip("timeout", t("aliyun-iot-fleet.tip.timeout"));
  replaceTip("subscription", t("aliyun-iot-fleet.tip.subscription"));
  replaceTip("reply-timeout", t("aliyun-iot-fleet.tip.replyTimeout"));
}

/** Only the fields that the operation and the choice of devices need. */
function showWhatApplies(node: FleetNode): void {
  const toggle = (element: string, isShown: boolean): void =>
    void $(element).toggleClass("aliyun-iot-hidden", !isShown);

  function show(): void {
    const isOfProperties = operationOf(node) === "properties";
    toggle(".aliyun-iot-of-service", !isOfProperties);
    toggle(".aliyun-iot-of-properties", isOfProperties);
    const targets = targetsOf(node);
    toggle("#aliyun-iot-group", targets === "group");
    toggle("#aliyun-iot-tags-row", targets === "tags");
    toggle("#aliyun-iot-devices", targets === "list");
    toggle("#aliyun-iot-own-args", targets === "list");
    $("#aliyun-iot-product-tip").text(productTip(targets));
  }

  $("#node-input-operation, #node-input-targets").on("change", show);
  show();
}

function productTip(targets: ReturnType<typeof targetsOf>): string {
  if (targets === "list") return t("aliyun-iot-fleet.tip.product-of-list");
  if (targets === "product") return t("aliyun-iot-fleet.tip.product");
  return t("aliyun-iot-fleet.tip.product-of-form");
}
