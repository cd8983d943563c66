import { readFileSync } from "node:fs";

type Branch = { [key: string]: string | Branch };

const catalogs = new Map<string, Branch>();

/** A sentence of the locale files, as Node-RED's `RED._` would give it. */
export function translate(
  language: string,
  key: string,
  params: Record<string, string | number | boolean> = {},
): string {
  const [scope, path] = key.includes(":")
    ? [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)]
    : ["", key];
  const set = scope.slice(scope.lastIndexOf("/") + 1) || "invoke-service";
  const words = path
    .split(".")
    .reduce<string | Branch | undefined>(
      (branch, name) => (typeof branch === "object" ? branch[name] : undefined),
      catalog(language, set),
    );
  if (typeof words !== "string") return key;
  if ("skipInterpolation" in params) return words;
  return words.replace(/__(\w+?)__/g, (_all, name: string) => String(params[name] ?? ""));
}

function catalog(language: string, set: string): Branch {
  const file = `locales/${language}/${set}.json`;
  const known = catalogs.get(file) ?? (JSON.parse(readFileSync(file, "utf8")) as Branch);
  catalogs.set(file, known);
  return known;
}
