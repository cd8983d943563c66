import { Failure } from "../../lib/base/failure";
import { isObject } from "../../lib/base/json";
import { timedOut, withTimeout } from "../../lib/base/with-timeout";
import type { Selection } from "../../lib/fleet/fleet-device";
import type { UsableAccount } from "../common/account-node";
import { readName } from "./account-form";
import { describeFailure } from "./answers";
import { unusable } from "./refused-request";
import type { Request, Route } from "./route";

// Loaded with the first request: most of the time no dialog is open.
const counts = (): typeof import("./target-count") => require("./target-count");
const tags = (): typeof import("../../lib/fleet/targets/tags") => require("../../lib/fleet/targets/tags");

/** A user waits for the answer, and the browser gives up after 20 s. */
const patienceMs = 15_000;

/** The route behind the button that counts the devices of a fleet. */
export function targetsRoute(accountOf: (request: Request) => Promise<UsableAccount>): Route {
  return async (request, signal) => {
    const body = isObject(request.body) ? request.body : {};
    const selection = selectionIn(body);
    const account = await accountOf(request);
    const counting = counts().countTargets(account, selection, body["states"] === true, signal);
    // It goes on: the next question finds the devices listed.
    const counted = await withTimeout(counting, patienceMs);
    if (counted === timedOut) throw stillCounting();
    const { failure, ...rest } = counted;
    return failure ? { ...rest, error: describeFailure(failure) } : rest;
  };
}

/** Which devices are meant. */
function selectionIn(body: Record<string, unknown>): Selection {
  const { targets, productKey, groupId, devices } = body;
  switch (targets) {
    case "product":
      return { by: "product", productKey: readName(productKey, "productKey") };
    case "group":
      return { by: "group", groupId: readName(groupId, "groupId") };
    case "tags":
      return { by: "tags", tags: tags().readTags({ value: body["tags"], source: "" }) };
    case "list": {
      const isBlank = productKey === undefined || productKey === "";
      const product = isBlank ? undefined : readName(productKey, "productKey");
      return { by: "list", productKey: product, devices: { value: devices, source: "" } };
    }
    default:
      throw unusable("targets");
  }
}

function stillCounting(): Failure {
  return new Failure({
    code: "request-timeout",
    category: "platform",
    outcome: "not-sent",
    retryable: true,
    text: { key: "errors.fleet-still-counting", params: { seconds: patienceMs / 1000 } },
  });
}
