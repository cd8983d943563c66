import type { Node, NodeAPI, NodeMessageInFlow } from "node-red";
import { invalidInput } from "../../lib/base/failure";
import { fieldName, type Input, readTarget, sourceName, type Target } from "../../lib/invocation/inputs";
import { maxDevices } from "../../lib/reading/request";
import { evaluateField, isTypedIn, type TypedField } from "./fields";

type Name = Parameters<typeof fieldName>[0];

/** The typed fields of a dialog, by the names of their properties; each has its type in a property `…Type` beside it. */
export class CommandFields<Field extends Name> {
  private readonly fields: Readonly<Record<Field, TypedField>>;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    config: Readonly<Record<Field | `${Field}Type`, unknown>>,
    names: readonly Field[],
  ) {
    const typed = names.map((name) => [
      name,
      { value: config[name], type: config[`${name}Type`], name: fieldName(name) },
    ]);
    this.fields = Object.fromEntries(typed) as Record<Field, TypedField>;
  }

  /** Whether fields have the same value for every message: what was typed in. */
  areFixed(...names: Field[]): boolean {
    return names.every((name) => isTypedIn(this.fields[name]));
  }

  /** @throws {Failure} `invalid-input`, also as a rejection */
  read(field: Field, msg: NodeMessageInFlow): Input | Promise<Input> {
    return evaluateField(this.RED, this.node, this.fields[field], msg);
  }
}

type DeviceField = "productKey" | "deviceName" | "iotId";

/** The fields of a dialog that name the device. */
export class TargetFields {
  private readonly fields: CommandFields<DeviceField>;
  private readonly isById: boolean;
  private readonly isFixed: boolean;
  /** The device, once it was read, where it is the same for every message. */
  private fixed: Target | undefined;

  constructor(
    RED: NodeAPI,
    node: Node,
    config: Readonly<Record<DeviceField | `${DeviceField}Type` | "target", unknown>>,
  ) {
    this.fields = new CommandFields(RED, node, config, ["productKey", "deviceName", "iotId"]);
    this.isById = config.target === "iotId";
    this.isFixed = this.isById
      ? this.fields.areFixed("iotId")
      : this.fields.areFixed("productKey", "deviceName");
  }

  /**
   * The device of a message. The fields are read in turn, and what is wrong with one keeps the next from being evaluated.
   * @throws {Failure} `invalid-input`, also as a rejection
   */
  read(msg: NodeMessageInFlow): Target | Promise<Target> {
    if (this.fixed) return this.fixed;
    const read = this.readNow(msg);
    if (this.isFixed && !(read instanceof Promise)) this.fixed = read;
    return read;
  }

  private readNow(msg: NodeMessageInFlow): Target | Promise<Target> {
    const { fields } = this;
    if (this.isById) return after(fields.read("iotId", msg), (iotId) => readTarget({ iotId }));
    return after(fields.read("productKey", msg), (productKey) =>
      after(fields.read("deviceName", msg), (deviceName) => readTarget({ productKey, deviceName })),
    );
  }

  /**
   * The same, or several devices where the field that names them holds a list.
   * @throws {Failure} `invalid-input`, also as a rejection
   */
  readSeveral(msg: NodeMessageInFlow): Target | readonly Target[] | Promise<Target | readonly Target[]> {
    const { fields } = this;
    if (this.isById)
      return after(fields.read("iotId", msg), (input) => each(input, (iotId) => readTarget({ iotId })));
    return after(fields.read("productKey", msg), (productKey) =>
      after(fields.read("deviceName", msg), (input) =>
        each(input, (deviceName) => readTarget({ productKey, deviceName })),
      ),
    );
  }
}

function each(input: Input, read: (input: Input) => Target): Target | readonly Target[] {
  const entries = entriesOf(input.value);
  if (!entries) return read(input);
  const { source } = input;
  const params = { source: sourceName(input), limit: maxDevices };
  if (entries.length === 0) throw invalidInput({ key: "errors.read-devices-none", params });
  if (entries.length > maxDevices) throw invalidInput({ key: "errors.read-devices-many", params });
  return entries.map((one, index) => read({ value: one, source: `${source}[${index}]` }));
}

/**
 * The entries of a list, no more than tell that there are too many; undefined where it is none. What a getter or a proxy throws is
 * no fault of this package, and an iterator may go on for ever.
 */
function entriesOf(value: unknown): unknown[] | undefined {
  try {
    if (!Array.isArray(value)) return undefined;
    return Array.from({ length: Math.min(value.length, maxDevices + 1) }, (_none, at): unknown => value[at]);
  } catch {
    return undefined;
  }
}

/** Goes on with a value, at once where it is there. */
export function after<T, R>(value: T | Promise<T>, goOn: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
