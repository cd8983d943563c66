import { type Parameters, repeated } from "./operations/operation";
import type { Report } from "./request-pipeline";

/** One line for a request: what was called and the result. Never contains values of Args, keys or signatures. */
export function logLine({ call, requestId, fault, code }: Report): string {
  const parameters = call?.parameters;
  const device = parameters?.get("IotId") ?? parameters?.get("DeviceName") ?? several(parameters);
  const target = [parameters?.get("ProductKey"), device].filter((part) => part !== undefined).join("/");
  const words = [
    call?.action ?? "request",
    target,
    parameters?.get("Identifier"),
    "->",
    code || (fault && faultsWithoutCode.has(fault) ? "no proper answer" : "ok"),
    fault && `(fault ${fault})`,
    requestId,
  ];
  return words.filter(Boolean).map(String).map(harmless).join(" ");
}

/** A batch: how many devices it names. */
function several(parameters: Parameters | undefined): string | undefined {
  const count = parameters ? repeated(parameters, "DeviceName").length : 0;
  return count > 0 ? `${count} devices` : undefined;
}

const faultsWithoutCode: ReadonlySet<string> = new Set(["drop-before", "drop-after", "hang", "garbage"]);

/** Text of a request for the log: short, and without control characters. */
function harmless(word: string): string {
  const shown = word.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "?");
  return shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
}
