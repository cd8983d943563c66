import type { Value } from "../definition/checks";
import type { Answer } from "../gateway/answer";
import type { RawRequest } from "../gateway/gateway";
import { readDisturbance } from "../messages/disturbances";
import type { Closing, Subscription } from "../messages/subscription";
import { attempt, bodyOf, complaint, json, listOf } from "./answers";

/**
 * `GET subscription`: who is connected and what waits; `POST subscription/close`: ends connections;
 * `GET`, `POST`, `PUT`, `DELETE subscription/disturbances` as with faults. `rest` is the path after `subscription`.
 */
export function controlSubscription(
  request: RawRequest,
  rest: readonly string[],
  subscription: Subscription,
): Answer {
  const { method } = request;
  const [part, ...more] = rest;
  if (more.length > 0) return complaint(404, "there are close and disturbances under subscription");
  switch (part) {
    case undefined:
      if (method === "GET") return json(200, subscription.state());
      return complaint(405, "the subscription can be read with GET");
    case "close":
      if (method !== "POST") return complaint(405, "connections can be closed with POST");
      return attempt(() =>
        json(200, { closed: subscription.closeConnections(readClosing(bodyOf(request, "close"))) }),
      );
    case "disturbances":
      return attempt(() => controlDisturbances(request, subscription));
    default:
      return complaint(404, "there are close and disturbances under subscription");
  }
}

function controlDisturbances(request: RawRequest, subscription: Subscription): Answer {
  const { method, tooLarge } = request;
  if (tooLarge) return complaint(413, "too many disturbances");
  if (!["GET", "POST", "PUT", "DELETE"].includes(method)) {
    const words = "read with GET, added with POST, replaced with PUT and cleared with DELETE";
    return complaint(405, `disturbances can be ${words}`);
  }
  const adds = method === "POST" || method === "PUT";
  const added = adds ? listOf(request, "disturbances").map(readDisturbance) : [];
  if (method === "PUT" || method === "DELETE") subscription.calm();
  for (const disturbance of added) subscription.disturb(disturbance);
  return json(200, subscription.state().disturbances);
}

function readClosing(value: Value): Closing {
  const texts = ["condition", "description", "clientId", "consumerGroupId"];
  value.object(["cut", ...texts]);
  for (const key of texts) value.child(key).optional((field) => field.name());
  value.child("cut").optional((field) => field.flag());
  return value.raw as Closing;
}
