import type { Platform } from "../devices/platform";
import type { PropertySets } from "./property-sets";
import type { Routine } from "./routine";
import type { Uplink } from "./uplink";

interface Parts {
  platform: Platform;
  uplink: Uplink;
  routine: Routine;
  propertySets: PropertySets;
  closing: AbortSignal;
}

/** What devices do when something happens to them: when they are called, go online, or are asked for their values. */
export function connectHooks({ platform, uplink, routine, propertySets, closing }: Parts): void {
  platform.setProperties = (device, set) => propertySets.send(device, set);
  platform.onAct = (device, identifier, args, delayMs) => {
    const { post } = device.plan(identifier);
    if (post === undefined) return;
    platform.later(delayMs, () => routine.post(device, undefined, post, args));
  };
  platform.beforeRead = async (device, what) => {
    if (!closing.aborted) routine.start();
    if (what === "past") await routine.recall(device);
  };
  uplink.onOnline = (device) => {
    // A real device has to subscribe first, and asks for its desired values itself.
    if (device.link) return;
    propertySets.deliverKept(device);
    propertySets.takeDesired(device);
  };
}
