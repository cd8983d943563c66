import type { Node, NodeAPI, NodeMessageInFlow } from "node-red";
import { isBlank } from "../../lib/base/blank";
import { describeValue } from "../../lib/base/describe";
import { unsetVariable } from "../../lib/base/env-name";
import { Failure, invalidInput } from "../../lib/base/failure";
import { numberBounds } from "../../lib/base/number-bounds";
import { fieldName, type Input, sourceName, type Target } from "../../lib/invocation/inputs";
import { readAskedMoment } from "../../lib/reading/asked-period";
import { readIdentifiers } from "../../lib/reading/identifiers";
import { defaultFrom } from "../../lib/reading/moment";
import {
  type AskedMoment,
  type AskedPeriod,
  isHistory,
  maxIdentifiers,
  type Reading,
  readings,
  type ReadOrder,
  readOrders,
  type ReadRequest,
} from "../../lib/reading/request";
import { after, CommandFields, TargetFields } from "../common/command-fields";
import { readNumber } from "../common/settings";
import type { ReadDeviceSettings } from "../defaults/read-device";

/** What a message asks for. */
export interface ReadCommand {
  /** The device; of a list of devices, the first. */
  target: Target;
  request: ReadRequest;
}

/** Settings that are the same for all messages. */
interface FixedSettings {
  what: Reading;
  order: ReadOrder;
  limit: number;
}

type Field = "identifiers" | "from" | "to";

/** The fields of the dialog that say what is read. */
export class ReadFields {
  private readonly target: TargetFields;
  private readonly fields: CommandFields<Field>;
  /** A failure here is the outcome of every message. */
  private readonly fixed: FixedSettings | Failure;

  constructor(RED: NodeAPI, node: Node, config: ReadDeviceSettings) {
    this.target = new TargetFields(RED, node, config);
    this.fields = new CommandFields(RED, node, config, ["identifiers", "from", "to"]);
    this.fixed = readFixedSettings(config);
  }

  /**
   * What a message asks for; a promise where an expression takes its time.
   * @throws {Failure} `invalid-input`, also as a rejection
   */
  read(msg: NodeMessageInFlow): ReadCommand | Promise<ReadCommand> {
    const { fixed } = this;
    if (fixed instanceof Failure) throw fixed;
    if (fixed.what === "state") return after(this.target.readSeveral(msg), stateOf);
    return after(this.target.read(msg), (target) =>
      after(this.fields.read("identifiers", msg), (input) => {
        const identifiers = identifiersIn(input, fixed.what);
        return this.requestOf(msg, target, identifiers, fixed);
      }),
    );
  }

  private requestOf(
    msg: NodeMessageInFlow,
    target: Target,
    identifiers: readonly string[],
    { what, order, limit }: FixedSettings,
  ): ReadCommand | Promise<ReadCommand> {
    if (what === "state") return stateOf(target);
    if (!isHistory(what)) return { target, request: { what, target, identifiers } };
    return after(this.fields.read("from", msg), (from) =>
      after(this.fields.read("to", msg), (to) => {
        const period = periodOf(from, to);
        return { target, request: { what, target, identifiers, period, order, limit } };
      }),
    );
  }
}

function stateOf(targets: Target | readonly Target[]): ReadCommand {
  if (!isList(targets)) return { target: targets, request: { what: "state", target: targets } };
  return { target: targets[0]!, request: { what: "states", targets } };
}

function isList(targets: Target | readonly Target[]): targets is readonly Target[] {
  return Array.isArray(targets);
}

/** A flow file edited by hand may hold an unknown setting, which must not be taken for another one. */
function readFixedSettings({ what, order, limit }: ReadDeviceSettings): FixedSettings | Failure {
  const reading = readings.find((choice) => choice === what);
  if (!reading) return unsupported("errors.field-what", what, readings);
  const chosen = readOrders.find((choice) => choice === order);
  if (!chosen) return unsupported("errors.field-order", order, readOrders);
  try {
    const maxEntries = readNumber(limit, "errors.field-limit", numberBounds.limit);
    return { what: reading, order: chosen, limit: maxEntries };
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function unsupported(fieldKey: string, value: unknown, choices: readonly string[]): Failure {
  const params = { field: { key: fieldKey }, came: describeValue(value), choices: choices.join(", ") };
  return invalidInput({ key: "errors.set-choice", params });
}

function identifiersIn(input: Input, what: Reading): readonly string[] {
  const variable = typeof input.value === "string" ? unsetVariable(input.value.trim()) : undefined;
  const params = { field: fieldName("identifiers"), source: sourceName(input) };
  if (variable) throw invalidInput({ key: "errors.env-missing", params: { ...params, variable } });
  const names = orElse(() => readIdentifiers(input.value, what), { key: "errors.read-identifiers" });
  if (isNames(names)) return names;
  const { key, came = input.value } = names;
  throw invalidInput({ key, params: { ...params, came: describeValue(came), limit: maxIdentifiers } });
}

function isNames(names: ReturnType<typeof readIdentifiers>): names is readonly string[] {
  return Array.isArray(names);
}

/** What `read` returns, or `otherwise` if it throws, as getters and proxies of a message may. */
function orElse<T>(read: () => T, otherwise: NoInfer<T>): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

function periodOf(from: Input, to: Input): AskedPeriod {
  const askedAt = performance.now();
  const start = momentOf({ ...from, value: isBlank(from.value) ? defaultFrom : from.value }, "from");
  return { from: start, to: isBlank(to.value) ? undefined : momentOf(to, "to"), askedAt };
}

function momentOf(input: Input, field: "from" | "to"): AskedMoment {
  const moment = orElse(() => readAskedMoment(input.value), undefined);
  if (typeof moment === "object") return moment;
  const params = { field: fieldName(field), source: sourceName(input), came: describeValue(input.value) };
  throw invalidInput({ key: moment === "no-zone" ? "errors.read-zone" : "errors.read-moment", params });
}
