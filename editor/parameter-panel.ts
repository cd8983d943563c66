import type { Parameter } from "../lib/thing-model/data-type";
import { formText, readForm } from "./form-data";
import { formOfJson } from "./form-from-json";
import type { InputsMode } from "./inputs-mode";
import { addJsonProblems, addParameterForm, type CheckArgs, type FormText } from "./parameter-form";
import { element, listOf } from "./parameter-list";
import { foldJson, isJson, unfoldJson } from "./raw-json";
import { t } from "./texts";

/** A service as the runtime shows it. */
export interface ServiceView {
  name: string;
  description: string;
  callType: "sync" | "async";
  inputs: Parameter[];
  /** How many inputs and outputs there are beside these. */
  moreInputs?: number;
  moreOutputs?: number;
  outputs: Parameter[];
  /** Example of the args, as JSON text. */
  example: string;
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
 * Shows a service's inputs: as a form, or as the shape that a message or an expression must have; and its outputs.
 * @param panel is emptied and filled
 * @returns `follow`, to be called when the args were changed by other means
 */
export function showParameters(
  panel: JQuery,
  service: ServiceView,
  args: ArgsSource,
  check: CheckArgs,
): { follow(): void } {
  panel.empty();
  const title = args.mode === "message" ? t("panel.takes-from", { source: args.source }) : t("panel.takes");
  const head = heading(title).appendTo(panel);
  if (service.description) panel.append(facts(service.description));
  if (service.inputs.length === 0) {
    panel.append(facts(args.mode === "form" ? t("panel.no-inputs-form") : t("panel.no-inputs")));
  }
  const follow =
    args.mode === "form"
      ? showForm(panel, head, service, args, check)
      : showShape(panel, head, service, args, check);
  panel.append(heading(t("panel.gives")), listOf(service.outputs, service.moreOutputs));
  panel.append(facts(service.callType === "sync" ? t("panel.sync") : t("panel.async")));
  return { follow };
}

/**
 * Shows a form whose service is not known; its entries can still be edited.
 * @param panel is emptied and filled
 */
export function showFormAlone(panel: JQuery, form: FormText): void {
  panel.empty();
  const hasEntries = (readForm(form.text())?.size ?? 0) > 0;
  if (hasEntries) addParameterForm(panel, { inputs: [] }, form, undefined);
  else panel.append(facts(t("panel.service-first")));
}

function showShape(
  panel: JQuery,
  head: JQuery,
  { inputs, moreInputs, example }: ServiceView,
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
  service: ServiceView,
  args: ArgsSource,
  check: CheckArgs,
): () => void {
  const body = $("<div></div>").appendTo(panel);
  const build = (): void => addParameterForm(body.empty(), service, args, check);
  if (isJson(service.example) && service.inputs.length > 0) {
    const fill = smallButton(t("panel.fill")).on("click", () => {
      args.write(formText(formOfJson(service.example, service.inputs) ?? new Map()));
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
