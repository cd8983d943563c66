import { deviceStatuses } from "../definition/definition";
import type { Answer } from "../gateway/answer";
import type { RawRequest } from "../gateway/gateway";
import { lifecycleActions, type Uplink } from "../messages/uplink";
import { attempt, bodyOf, complaint, json } from "./answers";

const routes =
  "there are property, event/{identifier}, status, lifecycle and custom/{topic} under devices/{productKey}/{deviceName}";

/** `POST devices/{productKey}/{deviceName}/…`: the device sends something. `rest` is the path after `devices`. */
export function controlDevices(request: RawRequest, rest: readonly string[], uplink: Uplink): Answer {
  const [productKey = "", deviceName = "", way, ...more] = rest;
  if (request.method !== "POST") return complaint(405, "a device sends something with POST");
  return attempt(() => {
    const name = more.join("/");
    if (way === "property" && !name) {
      uplink.postProperty(productKey, deviceName, bodyOf(request, "property").object());
    } else if (way === "event" && name) {
      uplink.postEvent(productKey, deviceName, name, bodyOf(request, "event").object());
    } else if (way === "status" && !name) {
      const body = bodyOf(request, "status");
      body.object(["status"]);
      uplink.setStatus(productKey, deviceName, body.child("status").oneOf(deviceStatuses));
    } else if (way === "lifecycle" && !name) {
      const body = bodyOf(request, "lifecycle");
      body.object(["action"]);
      uplink.postLifecycle(productKey, deviceName, body.child("action").oneOf(lifecycleActions));
    } else if (way === "custom" && name) {
      if (request.tooLarge) return complaint(413, "the message is too large");
      uplink.postCustom(productKey, deviceName, name, request.body);
    } else {
      return complaint(404, routes);
    }
    return json(200, {});
  });
}
