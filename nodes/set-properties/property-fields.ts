import type { Node, NodeAPI, NodeMessageInFlow } from "node-red";
import { isBlank } from "../../lib/base/blank";
import { describeValue } from "../../lib/base/describe";
import { Failure, invalidInput } from "../../lib/base/failure";
import { type Form, readForm } from "../../lib/invocation/form";
import { fieldName, type Target } from "../../lib/invocation/inputs";
import { type Items, itemsOf, readItems } from "../../lib/invocation/property-items";
import { maxDesired, type PropertyCommand } from "../../lib/invocation/property-operation";
import { noVersions, readVersions } from "../../lib/invocation/property-versions";
import { after, CommandFields, TargetFields } from "../common/command-fields";
import { evaluateForm } from "../common/form-field";
import type { SetPropertiesSettings } from "../defaults/set-properties";

/** What the dialog says for all messages. */
interface FixedSettings {
  mode: "now" | "desired";
  qos: 0 | 1;
}

/** The fields of the dialog that name the command. */
export class PropertyFields {
  private readonly target: TargetFields;
  private readonly fields: CommandFields<"items" | "versions">;
  /** The form, or what is wrong with it; undefined where the items come as a whole. */
  private readonly form: Form | Failure | undefined;
  /** What is wrong with it keeps every message from being sent. */
  private readonly fixed: FixedSettings | Failure;
  private readonly hasVersions: boolean;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    config: SetPropertiesSettings,
  ) {
    this.form = config.itemsType === "form" ? readForm(config.items, fieldName("items")) : undefined;
    this.target = new TargetFields(RED, node, config);
    this.fields = new CommandFields(RED, node, config, ["items", "versions"]);
    this.fixed = readFixedSettings(config);
    // Anything else asks for a check, even if it cannot be read: nothing is then sent without one.
    this.hasVersions = !isBlank(config.versions);
  }

  /**
   * The command that a message asks for; a promise where an expression takes its time.
   * @throws {Failure} `invalid-input`, also as a rejection
   */
  read(msg: NodeMessageInFlow): PropertyCommand | Promise<PropertyCommand> {
    const { fixed } = this;
    if (fixed instanceof Failure) throw fixed;
    return after(this.target.read(msg), (target) =>
      after(this.items(msg), (items) => {
        if (fixed.mode !== "desired") return commandOf(target, items, fixed, noVersions);
        if (items.names.length > maxDesired) throw tooMany(items.names.length);
        if (!this.hasVersions) return commandOf(target, items, fixed, noVersions);
        return after(this.fields.read("versions", msg), (input) =>
          commandOf(target, items, fixed, readVersions(input, items.names)),
        );
      }),
    );
  }

  private items(msg: NodeMessageInFlow): Items | Promise<Items> {
    if (!this.form) return after(this.fields.read("items", msg), readItems);
    return after(evaluateForm(this.RED, this.node, this.form, msg), itemsOf);
  }
}

function commandOf(
  target: Target,
  { text, isComputed, names }: Items,
  { mode, qos }: FixedSettings,
  versions: string,
): PropertyCommand {
  return { target, items: text, names, areItemsComputed: isComputed, mode, qos, versions };
}

/** A setting that a flow file edited by hand may hold must not be taken for another one, which would act differently. */
function readFixedSettings({ mode, qos, confirm }: SetPropertiesSettings): FixedSettings | Failure {
  const level = qos === 0 || qos === "0" ? 0 : qos === 1 || qos === "1" ? 1 : undefined;
  if (mode !== "now" && mode !== "desired") return unsupported("errors.field-set-mode", mode, "now, desired");
  if (level === undefined) return unsupported("errors.field-qos", qos, "0, 1");
  if (confirm !== "accepted" && confirm !== "reply" && confirm !== "reported") {
    return unsupported("errors.field-confirm-by", confirm, "accepted, reply, reported");
  }
  // A desired value is stored; whether and when a device answers for it depends on when it connects.
  if (mode === "desired" && confirm === "reply") return invalidInput({ key: "errors.desired-reply" });
  return { mode, qos: mode === "now" ? level : 0 };
}

function unsupported(fieldKey: string, value: unknown, choices: string): Failure {
  const params = { field: { key: fieldKey }, came: describeValue(value), choices };
  return invalidInput({ key: "errors.set-choice", params });
}

function tooMany(count: number): Failure {
  return invalidInput({ key: "errors.desired-many", params: { limit: maxDesired, count } });
}
