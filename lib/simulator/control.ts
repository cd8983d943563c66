import type { Answer } from "./answer.js";
import { Value } from "./checks.js";
import { readFault } from "./definition-reader.js";
import type { FaultDefinition, Faults } from "./faults.js";
import { SimulatorInputError } from "./input-error.js";
import type { RawRequest } from "./gateway.js";
import { ACTIONS } from "./operations/index.js";
import type { Platform } from "./platform.js";

/** Where a test looks at the simulator and steers it; not part of the real platform. */
export const CONTROL_PATH = "/_simulator";

/**
 * `GET` and `DELETE /_simulator/executions`; `GET`, `POST` (an array to add), `PUT` (an array instead of
 * all) and `DELETE /_simulator/faults`. Needs no signature, so it lets in neither another page in a
 * browser (Origin) nor a foreign name that was made to point here (Host).
 */
export function control(request: RawRequest, platform: Platform, faults: Faults): Answer {
  if (!isLoopback(`http://${request.headers.get("host") ?? ""}`))
    return complaint(403, "the Host must be a loopback");
  const origin = request.headers.get("origin");
  if (origin !== undefined && !isLoopback(origin)) return complaint(403, "the Origin must be a loopback");
  const path = request.target.split("?")[0] ?? "";
  if (path === `${CONTROL_PATH}/executions`) return controlExecutions(request, platform);
  if (path === `${CONTROL_PATH}/faults`) return controlFaults(request, faults);
  return complaint(404, "there are /_simulator/executions and /_simulator/faults");
}

function controlExecutions({ method }: RawRequest, platform: Platform): Answer {
  if (method === "DELETE") platform.executions.length = 0;
  if (method === "GET" || method === "DELETE") return json(200, platform.executions);
  return complaint(405, "executions can be read with GET and forgotten with DELETE");
}

function controlFaults({ method, body, tooLarge }: RawRequest, faults: Faults): Answer {
  if (tooLarge) return complaint(413, "too many faults");
  if (!["GET", "POST", "PUT", "DELETE"].includes(method)) {
    return complaint(
      405,
      "faults can be read with GET, added with POST, replaced with PUT and cleared with DELETE",
    );
  }
  try {
    const added = method === "POST" || method === "PUT" ? readFaults(body.toString("utf8")) : [];
    if (method === "PUT" || method === "DELETE") faults.clear();
    for (const fault of added) faults.add(fault);
  } catch (error) {
    if (error instanceof SimulatorInputError) return complaint(400, error.message);
    throw error;
  }
  return json(200, faults.list());
}

function readFaults(text: string): FaultDefinition[] {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new SimulatorInputError("expected a JSON array of faults");
  }
  if (!Array.isArray(raw)) throw new SimulatorInputError("expected a JSON array of faults");
  return new Value(raw, "faults", "").list().map((fault) => readFault(fault, ACTIONS));
}

function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function complaint(status: number, message: string): Answer {
  return json(status, { error: message });
}

function json(status: number, body: unknown): Answer {
  return {
    status,
    headers: { "content-type": "application/json;charset=utf-8" },
    body: JSON.stringify(body),
  };
}
