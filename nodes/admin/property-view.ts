import { Failure, invalidInput } from "../../lib/base/failure";
import { type Items, readItems } from "../../lib/invocation/property-items";
import { maxDesired } from "../../lib/invocation/property-operation";
import { maxArgsBytes } from "../../lib/thing-model/args-size";
import { encodeArgs } from "../../lib/thing-model/encode";
import { exampleArgs } from "../../lib/thing-model/example";
import { moduleIdOf } from "../../lib/thing-model/model";
import type { ArgsProblem } from "../../lib/thing-model/problem";
import { type PropertySet, propertySetOf } from "../../lib/thing-model/property-set";
import type { UsableAccount } from "../common/account-node";
import { ShownParameters } from "./shown-parameters";

/** The writable properties of some modules, and why those of others could not be read. */
interface Found {
  set: PropertySet;
  failure?: Failure;
}

/**
 * The properties of the default module and of others of a product. One that cannot be read does not hide the others.
 * @throws {Failure} where the model of the default module cannot be read
 */
export async function propertiesOf(
  { thingModels }: UsableAccount,
  productKey: string,
  moduleIds: readonly string[],
  isStale = false,
): Promise<Found> {
  const read = isStale ? "renew" : "get";
  const [own, ...others] = await Promise.allSettled(
    ["", ...moduleIds].map(async (moduleId) => ({
      model: await thingModels[read](productKey, moduleId),
      moduleId,
    })),
  );
  if (own?.status !== "fulfilled") throw own?.reason;
  const modules = others.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const missing = others.flatMap((one, index) => (one.status === "rejected" ? [moduleIds[index]!] : []));
  const set = propertySetOf([own.value, ...modules]);
  if (missing.length === 0) return { set };
  const text = { key: "errors.module-not-read", params: { modules: missing.join(", ") } };
  return { set, failure: invalidInput(text) };
}

/**
 * What can be set, as the panel shows it, with an example of the first properties. What the panel has no room for is
 * only counted.
 * @param now milliseconds, for dates
 */
export function viewOfWritable({ writable }: PropertySet, now: number): object {
  const inputs = new ShownParameters().list(writable);
  const example = exampleArgs(writable.slice(0, maxDesired), now);
  return {
    inputs: inputs.shown,
    ...(inputs.more > 0 && { moreInputs: inputs.more }),
    isPartial: true,
    example: Buffer.byteLength(example) <= maxArgsBytes ? example : "",
  };
}

/** What was typed as items, in either shape that the node takes, or what is wrong with it as a whole. */
export function readWritten(items: string): Items | Failure {
  try {
    return readItems({ value: items, source: "" });
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** The modules that properties are of, apart from the default one. */
export function modulesOf({ names }: Items): string[] {
  return [...new Set(names.map(moduleIdOf))].filter((id) => id !== "");
}

/** What is wrong with items, and which numbers are off their step. */
export function itemProblems(
  { writable, readOnly }: PropertySet,
  { text, names }: Items,
  isDesired: boolean,
  maxProblems: number,
): { problems: ArgsProblem[]; notes: ArgsProblem[] } {
  const properties = { readOnly, areClearable: isDesired };
  const { problems, notes = [] } = encodeArgs(writable, text, { maxProblems, notesSteps: true, properties });
  if (!isDesired || names.length <= maxDesired) return { problems, notes };
  const many = { key: "errors.desired-many", params: { limit: maxDesired, count: names.length } };
  return { problems: [{ path: "", text: many }, ...problems], notes };
}
