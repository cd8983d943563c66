import type { Parameter } from "../../lib/thing-model/data-type";
import { t } from "../index";
import { foldJson, isJson, unfoldJson } from "../raw-json";
import { formText, readForm } from "./form-data";
import { formOfJson } from "./form-from-json";
import type { InputsMode } from "./inputs-mode";
import { addJsonProblems, addParameterForm, type CheckArgs, type FormText } from "./parameter-form";
import { element, listOf } from "./parameter-list";

/** What a node sends to a device, as the runtime shows it: parameters of the thing model. */
export interface ModelView {
  description?: string;
  inputs: Parameter[];
  /** How many inputs there are beside these. */
  moreInputs?: number;
  /** Whether any of them may be left out, as of properties; all inputs of a service are required. */
  isPartial?: boolean;
  /** Example of the args, as JSON text. */
  example: string;
}

/** A service as the runtime shows it. */
export interface ServiceView extends ModelView {
  name: string;
  callType: "sync" | "async";
  outputs: Parameter[];
  moreOutputs?: number;
}

/** What the panel calls that which is sent. */
export interface PanelTexts {
  heading: string;
  /** Where there is nothing to send, and the same in the form. */
  none: string;
  noneInForm: string;
  /** Where nothing is known of it yet. */
  invitation: string;
}

/** Where the args of a call come from. */
interface ArgsSource extends FormText {
  mode: InputsMode;
  /** Whether the text is JSON that was entered in the dialog. */
  isJson: boolean;
  /** Its name, such as `msg.payload`. */
  source: string;
}

/**
 * Shows what is sent: as a form, or as the shape that a message or an expression must have; and a service's outputs.
 * @param panel is emptied and filled
 * @returns `follow`, to be called when the args were changed by other means
 */
export function showParameters(
  panel: JQuery,
  view: ModelView | ServiceView,
  texts: PanelTexts,
  args: ArgsSource,
  check: CheckArgs,
): { follow(): void } {
  panel.empty();
  const title = args.mode === "message" ? t("panel.takes-from", { source: args.source }) : texts.heading;
  const head = heading(title).appendTo(panel);
  if (view.description) panel.append(facts(view.description));
  if (view.inputs.length === 0) {
    panel.append(facts(args.mode === "form" ? texts.noneInForm : texts.none));
  }
  const follow =
    args.mode === "form"
      ? showForm(panel, head, view, args, check)
      : showShape(panel, head, view, args, check);
  if ("outputs" in view) {
    panel.append(heading(t("panel.gives")), listOf(view.outputs, view.moreOutputs));
    panel.append(facts(view.callType === "sync" ? t("panel.sync") : t("panel.async")));
  }
  return { follow };
}

/**
 * Shows a form without a thing model; its entries can still be edited.
 * @param panel is emptied and filled
 */
export function showFormAlone(panel: JQuery, { invitation }: PanelTexts, form: FormText): void {
  panel.empty();
  const hasEntries = (readForm(form.text())?.size ?? 0) > 0;
  if (hasEntries) addParameterForm(panel, { inputs: [] }, form, undefined);
  else panel.append(facts(invitation));
}

function showShape(
  panel: JQuery,
  head: JQuery,
  { inputs, moreInputs, example }: ModelView,
  args: ArgsSource,
  check: CheckArgs,
): () => void {
  panel.append(listOf(inputs, moreInputs));
  const sample = element('<pre class="aliyun-iot-example" tabindex="0"></pre>', unfoldJson(example));
  const copy = smallButton(t("panel.copy"));
  copy.on("click", () => void RED.clipboard.copyText(sample.text(), copy, t("panel.copied")));
  head.append(copy);
  if (!args.isJson) {
    panel.append(sample);
    return () => undefined;
  }
  const problems = addJsonProblems(panel, args, check);
  panel.append(sample);
  head.append(
    smallButton(t("panel.fill")).on("click", () => {
      args.write(foldJson(example));
      problems.follow();
    }),
  );
  return () => problems.follow();
}

function showForm(
  panel: JQuery,
  head: JQuery,
  view: ModelView,
  args: ArgsSource,
  check: CheckArgs,
): () => void {
  const body = $("<div></div>").appendTo(panel);
  const build = (): void => addParameterForm(body.empty(), view, args, check);
  if (isJson(view.example) && view.inputs.length > 0) {
    const fill = smallButton(t("panel.fill")).on("click", () => {
      args.write(formText(formOfJson(view.example, view.inputs) ?? new Map()));
      build();
    });
    head.append(fill);
  }
  build();
  return build;
}

function heading(text: string): JQuery {
  return $('<div class="aliyun-iot-panel-head"></div>').append(element("<strong></strong>", text));
}

function facts(text: string): JQuery {
  return element('<div class="aliyun-iot-facts"></div>', text);
}

function smallButton(text: string): JQuery {
  return element('<button type="button" class="red-ui-button red-ui-button-small"></button>', text);
}
