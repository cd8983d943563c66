import { readFault } from "../definition/fault";
import type { Platform } from "../devices/platform";
import type { Answer } from "../gateway/answer";
import type { CallCounts } from "../gateway/call-counts";
import type { Faults } from "../gateway/faults";
import type { RawRequest } from "../gateway/gateway";
import { actionNames } from "../gateway/operations";
import type { Subscription } from "../messages/subscription";
import type { Uplink } from "../messages/uplink";
import { attempt, complaint, json, listOf } from "./answers";
import { controlDevices } from "./devices";
import { controlSubscription } from "./subscription";

/** URLs with which a test inspects and controls the simulator; not part of the real platform. */
export const controlPath = "/_simulator";

/** The parts of a simulator that can be inspected and controlled. */
interface Controlled {
  platform: Platform;
  faults: Faults;
  counts: CallCounts;
  subscription: Subscription;
  uplink: Uplink;
}

/**
 * `GET` and `DELETE /_simulator/executions` and `/_simulator/calls`; `GET`, `POST` (an array to add), `PUT` (an array instead of
 * all) and `DELETE /_simulator/faults`; messages under `subscription` and `devices`. Needs no signature, but
 * refuses pages of other sites.
 */
export function control(request: RawRequest, parts: Controlled): Answer {
  if (request.foreign !== undefined) return complaint(403, request.foreign);
  const path = request.target.split("?")[0] ?? "";
  if (path === `${controlPath}/executions`) return controlExecutions(request, parts.platform);
  if (path === `${controlPath}/calls`) return controlCalls(request, parts.counts);
  if (path === `${controlPath}/faults`) return controlFaults(request, parts.faults);
  const [first, ...rest] = partsOf(path);
  if (first === "subscription") return controlSubscription(request, rest, parts.subscription);
  if (first === "devices") return controlDevices(request, rest, parts.uplink);
  return complaint(404, "there are executions, calls, faults, subscription and devices under /_simulator");
}

/** The decoded parts behind `/_simulator/`; none where one cannot be decoded. */
function partsOf(path: string): string[] {
  try {
    return path
      .slice(controlPath.length + 1)
      .split("/")
      .map(decodeURIComponent);
  } catch {
    return [];
  }
}

function controlExecutions({ method }: RawRequest, platform: Platform): Answer {
  if (method === "DELETE") platform.executions.length = 0;
  if (method === "GET" || method === "DELETE") return json(200, platform.executions);
  return complaint(405, "executions can be read with GET and forgotten with DELETE");
}

function controlCalls({ method }: RawRequest, counts: CallCounts): Answer {
  if (method === "DELETE") counts.clear();
  if (method === "GET" || method === "DELETE") return json(200, counts.list());
  return complaint(405, "calls can be read with GET and counted anew with DELETE");
}

function controlFaults(request: RawRequest, faults: Faults): Answer {
  const { method, tooLarge } = request;
  if (tooLarge) return complaint(413, "too many faults");
  if (!["GET", "POST", "PUT", "DELETE"].includes(method)) {
    return complaint(
      405,
      "faults can be read with GET, added with POST, replaced with PUT and cleared with DELETE",
    );
  }
  return attempt(() => {
    const adds = method === "POST" || method === "PUT";
    const added = adds ? listOf(request, "faults").map((fault) => readFault(fault, actionNames)) : [];
    if (method === "PUT" || method === "DELETE") faults.clear();
    for (const fault of added) faults.add(fault);
    return json(200, faults.list());
  });
}
