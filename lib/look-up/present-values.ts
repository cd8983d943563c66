import type { JsonObject } from "../base/json";
import { textOf } from "../base/text";
import { field } from "../cloud/answer";
import { moduleIdOf } from "../thing-model/model";
import { ask, type Caller } from "./ask";
import { LookUpLine } from "./look-up-line";
import {
  type DeviceTarget,
  givenIn,
  moduleParameters,
  nameIn,
  parsedText,
  rowsIn,
  timeIn,
  typeNameIn,
} from "./property-rows";

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
  async read(target: DeviceTarget, names: readonly string[]): Promise<Map<string, PresentValue>> {
    const found = new Map<string, PresentValue>();
    const wanted = new Set(names);
    await this.ofModules(names, async (moduleId) => {
      const parameters = moduleParameters(target, moduleId);
      const answer = await ask(this.caller, "QueryDevicePropertyStatus", parameters);
      for (const info of rowsIn(answer, "PropertyStatusInfo")) {
        const name = nameIn(info, moduleId);
        const value = valueOf(info);
        if (wanted.has(name) && value !== undefined) found.set(name, { value, time: timeIn(info) });
      }
    });
    return found;
  }

  /**
   * The versions of desired values.
   * @param names as `Name` or `module:Name`, at most ten
   * @throws {Failure} where they cannot be read
   */
  async versions(target: DeviceTarget, names: readonly string[]): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    const wanted = new Set(names);
    await this.ofModules(names, async (moduleId, identifiers) => {
      // Whether identifiers stand with their module here is unknown; without any, all of the module are answered.
      const Identifier = moduleId === "" ? identifiers : undefined;
      const parameters = { ...moduleParameters(target, moduleId), Identifier };
      const answer = await ask(this.caller, "QueryDeviceDesiredProperty", parameters);
      for (const info of rowsIn(answer, "DesiredPropertyInfo")) {
        const name = nameIn(info, moduleId);
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

/** All values are text in the answer; its own types tell what a device has posted. */
function valueOf(row: JsonObject): unknown {
  const value = givenIn(row);
  if (typeof value !== "string") return value;
  const type = typeNameIn(row);
  return type === "text" || type === "date" ? value : parsedText(value);
}
