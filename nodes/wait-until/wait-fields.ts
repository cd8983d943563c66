import type { Node, NodeAPI, NodeMessageInFlow } from "node-red";
import { describeValue } from "../../lib/base/describe";
import { Failure, invalidInput } from "../../lib/base/failure";
import { numberBounds, readBounded } from "../../lib/base/number-bounds";
import type { CheckedExpressions } from "../../lib/expression/checked-expressions";
import { fieldName, type Input, readText, type Target } from "../../lib/invocation/inputs";
import type { Condition } from "../../lib/waiting/condition";
import { type ConditionName, conditionNames, fitsState, operandsOf } from "../../lib/waiting/condition-names";
import { readSubject, type Subject, type WaitKind } from "../../lib/waiting/value-path";
import type { WaitQuery } from "../../lib/waiting/wait";
import { after, CommandFields, TargetFields } from "../common/command-fields";
import type { WaitUntilSettings } from "../defaults/wait-until";
import { readOperand, readStateOperand } from "./operands";

/** Settings that are the same for all messages. */
interface FixedSettings {
  kind: WaitKind;
  condition: ConditionName;
}

/** What a message waits for. */
export interface ReadWait extends Omit<WaitQuery, "device" | "startedAt"> {
  target: Target;
}

type Field = "identifier" | "value" | "value2" | "timeout";

/** The fields of the dialog that say what a message waits for. */
export class WaitFields {
  private readonly target: TargetFields;
  private readonly fields: CommandFields<Field>;
  /** A failure here is the outcome of every message. */
  private readonly fixed: FixedSettings | Failure;

  constructor(
    RED: NodeAPI,
    node: Node,
    private readonly config: WaitUntilSettings,
    private readonly expressions: Pick<CheckedExpressions, "whatIsWrong">,
  ) {
    this.target = new TargetFields(RED, node, config);
    // A number is read as it was typed, and checked here.
    const timeoutType = config.timeoutType === "num" ? "str" : config.timeoutType;
    this.fields = new CommandFields(RED, node, { ...config, timeoutType }, [
      "identifier",
      "value",
      "value2",
      "timeout",
    ]);
    this.fixed = readFixedSettings(config);
  }

  /**
   * What a message waits for; a promise where an expression takes its time. The fields are read in turn.
   * @throws {Failure} `invalid-input`, also as a rejection
   */
  read(msg: NodeMessageInFlow): ReadWait | Promise<ReadWait> {
    const { fixed } = this;
    if (fixed instanceof Failure) throw fixed;
    return after(this.target.read(msg), (target) =>
      after(this.subject(fixed, msg), (subject) =>
        after(this.condition(fixed, msg), (condition) =>
          after(this.fields.read("timeout", msg), (timeout) => ({
            target,
            subject,
            condition,
            milliseconds: readMilliseconds(timeout),
          })),
        ),
      ),
    );
  }

  private subject({ kind, condition }: FixedSettings, msg: NodeMessageInFlow): Subject | Promise<Subject> {
    if (kind === "state") return { kind, name: "", path: [] };
    const { identifier, identifierType } = this.config;
    const isBlank = identifierType === "str" && (typeof identifier !== "string" || identifier.trim() === "");
    // Any property, or any event.
    if (isBlank && (condition === "any" || condition === "jsonata")) return { kind, name: "", path: [] };
    return after(this.fields.read("identifier", msg), (input) => {
      const text = readText(input, "identifier");
      const subject = readSubject(kind, text);
      if (subject) return subject;
      throw invalidInput({ key: "errors.wait-identifier", params: { came: describeValue(text) } });
    });
  }

  private condition(
    { kind, condition: name }: FixedSettings,
    msg: NodeMessageInFlow,
  ): Condition | Promise<Condition> {
    if (name === "jsonata") return this.expression(msg);
    const count = operandsOf(name);
    if (count === 0) return { name };
    return after(this.operand("value", name, kind, msg), (value) =>
      count === 1
        ? { name, value }
        : after(this.operand("value2", name, kind, msg), (value2) => ({ name, value, value2 })),
    );
  }

  private operand(
    field: "value" | "value2",
    name: ConditionName,
    kind: WaitKind,
    msg: NodeMessageInFlow,
  ): unknown {
    const typed = { value: this.config[field], type: this.config[`${field}Type`] };
    const read = (input: Input): unknown =>
      kind === "state" ? readStateOperand(input) : readOperand(input, field, typed.type, name);
    // Fixed values are read as they were typed, with all their digits.
    if (["str", "num", "bool", "json"].includes(String(typed.type)))
      return read({ value: typed.value, source: "" });
    return after(this.fields.read(field, msg), read);
  }

  /** The expression itself, whether it is marked as one or as text; it is evaluated for each message of the device. */
  private expression(msg: NodeMessageInFlow): Condition | Promise<Condition> {
    const { value, valueType } = this.config;
    const isFixed = valueType === "str" || valueType === "jsonata" || valueType === "json";
    const input = isFixed ? { value, source: "" } : this.fields.read("value", msg);
    return after(input, (given) => {
      const expression = readExpression(given);
      return after(this.expressions.whatIsWrong(expression), (reason) => {
        if (reason === undefined) return { name: "jsonata", expression };
        throw invalidInput({ key: "errors.wait-expression", params: { reason } });
      });
    });
  }
}

const maxExpressionLength = 100_000;

function readExpression(input: Input): string {
  const { value } = input;
  if (typeof value !== "string" || value.trim() === "" || value.length > maxExpressionLength) {
    throw invalidInput({ key: "errors.wait-expression-missing", params: { came: describeValue(value) } });
  }
  return value;
}

function readMilliseconds({ value }: Input): number {
  const isMissing = value === undefined || value === null;
  const seconds = isMissing ? undefined : readBounded(value, numberBounds.waitTimeout);
  if (seconds !== undefined) return seconds * 1000;
  const { min, max } = numberBounds.waitTimeout;
  const params = { field: fieldName("timeout"), min, max, came: describeValue(value) };
  throw invalidInput({ key: "errors.setting-number", params });
}

const kinds: readonly WaitKind[] = ["property", "event", "state"];

/** A flow file edited by hand may hold an unknown setting, which must not be taken for another one. */
function readFixedSettings({ kind, condition }: WaitUntilSettings): FixedSettings | Failure {
  const kindName = kinds.find((name) => name === kind);
  const conditionName = conditionNames.find((name) => name === condition);
  if (!kindName) return unsupported("errors.field-kind", kind, kinds);
  if (!conditionName) return unsupported("errors.field-condition", condition, conditionNames);
  if (kindName === "state" && !fitsState(conditionName)) {
    return unsupported("errors.field-condition", condition, conditionNames.filter(fitsState));
  }
  return { kind: kindName, condition: conditionName };
}

function unsupported(fieldKey: string, value: unknown, choices: readonly string[]): Failure {
  const params = { field: { key: fieldKey }, came: describeValue(value), choices: choices.join(", ") };
  return invalidInput({ key: "errors.set-choice", params });
}
