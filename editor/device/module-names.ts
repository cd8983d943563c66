import { isJson } from "../raw-json";

/** The custom modules of the properties in a form or in JSON, also in the shape of a property message. */
export function modulesIn(text: string): string[] {
  const written = objectIn(text);
  const names = [written, written["items"]].flatMap((members) => Object.keys(members ?? {}));
  const ids = names.flatMap((name) => /^([\w-]+):/.exec(name)?.[1] ?? []);
  return [...new Set(ids)];
}

function objectIn(text: string): Record<string, object | undefined> {
  const read: unknown = isJson(text) ? JSON.parse(text) : undefined;
  return typeof read === "object" && read !== null ? (read as Record<string, object | undefined>) : {};
}
