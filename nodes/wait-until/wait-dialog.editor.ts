import { addTarget, addTickedField, addTip } from "../../editor/device/index";
import {
  choices,
  chooseType,
  enterText,
  openForm,
  showProblems,
  textIn,
  translatorOf,
  typedInput,
  typeIn,
  verbatimJson,
} from "../../editor/index";
import { conditionNames, deviceStates, fitsState, operandsOf } from "../../lib/waiting/condition-names";
import { addLookUps } from "./wait-look-ups.editor";
import { conditionOf, kindOf, type WaitNode } from "./wait-node.editor";

const t = translatorOf("wait-until");

/** Sets up the dialog of the node that waits for a device. */
export function fillDialog(node: WaitNode): void {
  openForm(node);
  for (const property of ["kind", "condition"]) choices(node, property);
  addTarget(node, ["identifier"]);
  const json = verbatimJson(t("aliyun-iot-wait-until.label.value"));
  for (const property of ["value", "value2"]) {
    typedInput(node, property, ["num", "str", "bool", json, "msg", "flow", "global", "env", "jsonata"]);
  }
  typedInput(node, "timeout", ["num", "msg", "flow", "global", "env", "jsonata"]);
  addResult(node);
  const kindTips = {
    property: t("aliyun-iot-wait-until.tip.property"),
    event: t("aliyun-iot-wait-until.tip.event"),
    state: t("aliyun-iot-wait-until.tip.state"),
  };
  addTip("kind", kindTips, "property");
  showWhatApplies(node);
  showProblems(node);
  addLookUps(node);
}

/** Only the fields that the kind and the condition need. */
function showWhatApplies(node: WaitNode): void {
  const [kind, condition] = [$("#node-input-kind"), $("#node-input-condition")];
  const value = $("#node-input-value");
  let wasExpression = conditionOf(node) === "jsonata";

  function show(): void {
    const [nowKind, nowCondition] = [kindOf(node), conditionOf(node)];
    const count = nowCondition ? operandsOf(nowCondition) : 1;
    const isExpression = nowCondition === "jsonata";
    toggle("identifier", nowKind !== "state");
    toggle("value", count > 0);
    toggle("value2", count > 1);
    toggle("check-first", nowKind !== "event");
    $("#aliyun-iot-identifier-tip").text(
      nowCondition === "any" || isExpression
        ? t("aliyun-iot-wait-until.tip.identifier-any")
        : t("aliyun-iot-wait-until.tip.identifier"),
    );
    $("#aliyun-iot-value-tip").text(
      isExpression
        ? t("aliyun-iot-wait-until.tip.jsonata")
        : nowKind === "state"
          ? t("aliyun-iot-wait-until.tip.state-value")
          : "",
    );
    condition.find("option").each((_index, option) => {
      const name = String($(option).val());
      const isUseless = nowKind === "state" && !conditionNames.some((one) => one === name && fitsState(one));
      // One that is chosen already stays as it is, and is reported.
      $(option).prop("disabled", isUseless && condition.val() !== name);
    });
  }

  /** Adjusts the value's type to the user's choice; on opening, everything stays as it was saved. */
  function follow({ originalEvent }: { originalEvent?: Event | undefined }): void {
    if (originalEvent) {
      const [nowKind, nowCondition] = [kindOf(node), conditionOf(node)];
      if (nowCondition === "jsonata") chooseType(value, "jsonata");
      else if (wasExpression && typeIn(value) === "jsonata") chooseType(value, "num");
      wasExpression = nowCondition === "jsonata";
      if (nowKind === "state") chooseState(nowCondition !== undefined && fitsState(nowCondition));
    }
    show();
  }

  function chooseState(isFit: boolean): void {
    if (!isFit) condition.val("eq").trigger("change");
    const isFixed = ["str", "num", "bool"].includes(typeIn(value));
    if (conditionOf(node) === "jsonata" || !isFixed) return;
    chooseType(value, "str");
    if (!deviceStates.includes(textIn(value).trim())) enterText(value, "online");
  }

  kind.on("change", follow);
  condition.on("change", follow);
  show();
}

function toggle(row: string, isShown: boolean): void {
  $(`#aliyun-iot-${row}-row`).toggleClass("aliyun-iot-hidden", !isShown);
}

/** The result is stored once the box is ticked; a blank field means that the message stays as it is. */
function addResult(node: WaitNode): void {
  const field = typedInput(node, "result", ["msg", "flow", "global"]);
  addTickedField(field, $("#aliyun-iot-has-result"), $("#aliyun-iot-result-row"));
}
