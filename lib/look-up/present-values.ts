import { isObject, type JsonObject, parseJson } from "../base/json";
import { textOf } from "../base/text";
import { type Answer, field } from "../cloud/answer";
import type { Parameters } from "../cloud/client";
import { moduleIdOf } from "../thing-model/model";
import { ask, type Caller } from "./ask";
import { LookUpLine } from "./look-up-line";

interface Target {
  iotId?: string | undefined;
  productKey?: string | undefined;
  deviceName?: string | undefined;
}

interface PresentValue {
  /** As a device would post it. */
  value: unknown;
  /** When it was reported, in UTC milliseconds. */
  time: number | undefined;
}

/** Devices asked for at a time: as many as look-ups have connections. */
const maxAsked = 4;

/** What the platform has last heard of devices, and what it keeps for them. */
export class PresentValues {
  private readonly line = new LookUpLine(maxAsked);

  constructor(private readonly caller: Caller) {}

  /**
   * The present values of properties, with one call for each module.
   * @param names as `Name` or `module:Name`
   * @returns those that were ever reported
   * @throws {Failure} where they cannot be read
   */
  async read(target: Target, names: readonly string[]): Promise<Map<string, PresentValue>> {
    const found = new Map<string, PresentValue>();
    const wanted = new Set(names);
    await this.ofModules(names, async (moduleId) => {
      const parameters = parametersOf(target, moduleId);
      const answer = await ask(this.caller, "QueryDevicePropertyStatus", parameters);
      for (const info of listIn(answer, "PropertyStatusInfo")) {
        const name = nameOf(info, moduleId);
        const value = valueOf(info);
        if (wanted.has(name) && value !== undefined) found.set(name, { value, time: timeOf(info) });
      }
    });
    return found;
  }

  /**
   * The versions of desired values.
   * @param names as `Name` or `module:Name`, at most ten
   * @throws {Failure} where they cannot be read
   */
  async versions(target: Target, names: readonly string[]): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    const wanted = new Set(names);
    await this.ofModules(names, async (moduleId, identifiers) => {
      // Whether identifiers stand with their module here is unknown; without any, all of the module are answered.
      const Identifier = moduleId === "" ? identifiers : undefined;
      const parameters = { ...parametersOf(target, moduleId), Identifier };
      const answer = await ask(this.caller, "QueryDeviceDesiredProperty", parameters);
      for (const info of listIn(answer, "DesiredPropertyInfo")) {
        const name = nameOf(info, moduleId);
        const version = Number(textOf(field(info, "Version")));
        if (wanted.has(name) && Number.isSafeInteger(version)) found.set(name, version);
      }
    });
    return found;
  }

  private async ofModules(
    names: readonly string[],
    read: (moduleId: string, identifiers: string[]) => Promise<void>,
  ): Promise<void> {
    const modules = new Map<string, string[]>();
    for (const name of names) {
      const moduleId = moduleIdOf(name);
      const identifier = moduleId === "" ? name : name.slice(moduleId.length + 1);
      modules.set(moduleId, [...(modules.get(moduleId) ?? []), identifier]);
    }
    await Promise.all(
      [...modules].map(([moduleId, identifiers]) => this.line.run(() => read(moduleId, identifiers))),
    );
  }
}

function parametersOf({ iotId, productKey, deviceName }: Target, moduleId: string): Parameters {
  return {
    IotId: iotId,
    ProductKey: productKey,
    DeviceName: deviceName,
    FunctionBlockId: moduleId || undefined,
  };
}

function listIn({ body }: Answer, name: string): JsonObject[] {
  const data = field(body, "Data");
  const list = isObject(data) ? field(data, "List") : undefined;
  const items = isObject(list) ? field(list, name) : list;
  return Array.isArray(items) ? items.filter(isObject) : [];
}

/** Within a module, identifiers may stand with or without it. */
function nameOf(info: JsonObject, moduleId: string): string {
  const identifier = textOf(field(info, "Identifier")) ?? "";
  return moduleId === "" || identifier.startsWith(`${moduleId}:`) ? identifier : `${moduleId}:${identifier}`;
}

/** Blank or absent where there is none. */
function timeOf(info: JsonObject): number | undefined {
  const time = Number(textOf(field(info, "Time")));
  return Number.isSafeInteger(time) && time > 0 ? time : undefined;
}

/** All values are text in the answer; its own types tell what a device has posted. */
function valueOf(info: JsonObject): unknown {
  const value = field(info, "Value");
  if (typeof value !== "string") return value ?? undefined;
  const type = textOf(field(info, "DataType"))?.toLowerCase();
  // Only the time tells an empty text from one that was never reported.
  if (type === "text" && timeOf(info) !== undefined) return value;
  if (value === "") return undefined;
  return type === "text" || type === "date" ? value : parsed(value);
}

/** A number, an object or an array; integers beyond 2^53 stay text. */
function parsed(value: string): unknown {
  try {
    return parseJson(value);
  } catch {
    return value;
  }
}
