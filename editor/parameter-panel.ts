import type { Parameter } from "../lib/thing-model/data-type";
import { addParameterForm, type CheckArgs, type FormText } from "./parameter-form";
import { element, listOf } from "./parameter-list";
import { foldJson, unfoldJson } from "./raw-json";
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
  /** Whether the dialog itself holds them, as JSON. */
  isForm: boolean;
  /** What it is called, such as `msg.payload`. */
  source: string;
  /** Switches to the form. */
  fillIn(): void;
}

/**
 * Shows a service's inputs: as a form that writes the args where they are JSON, else as the shape that a message must
 * have; and its outputs.
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
  const title = args.isForm ? t("panel.takes") : t("panel.takes-from", { source: args.source });
  const head = heading(title).appendTo(panel);
  if (service.description) panel.append(facts(service.description));
  if (service.inputs.length === 0) panel.append(facts(t("panel.no-inputs")));
  const follow = args.isForm
    ? showForm(panel, head, service, args, check)
    : showShape(panel, head, service, args);
  panel.append(heading(t("panel.gives")), listOf(service.outputs, service.moreOutputs));
  panel.append(facts(service.callType === "sync" ? t("panel.sync") : t("panel.async")));
  return { follow };
}

function showShape(
  panel: JQuery,
  head: JQuery,
  { inputs, moreInputs, example }: ServiceView,
  args: ArgsSource,
): () => void {
  panel.append(listOf(inputs, moreInputs));
  const sample = element('<pre class="aliyun-iot-example"></pre>', unfoldJson(example));
  const copy = smallButton(t("panel.copy"));
  copy.on("click", () => void RED.clipboard.copyText(sample.text(), copy, t("panel.copied")));
  const fillIn = smallButton(t("panel.fill-in")).on("click", () => args.fillIn());
  head.append(copy, inputs.length > 0 ? fillIn : "");
  panel.append(sample);
  return () => undefined;
}

function showForm(
  panel: JQuery,
  head: JQuery,
  service: ServiceView,
  args: ArgsSource,
  check: CheckArgs,
): () => void {
  const fill = smallButton(t("panel.fill")).appendTo(head);
  const form = addParameterForm(panel, service, args, check);
  fill.on("click", () => {
    args.write(foldJson(service.example));
    form.follow();
  });
  return () => form.follow();
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
