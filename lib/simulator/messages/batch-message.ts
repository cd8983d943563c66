import type { LosslessNumber } from "lossless-json";
import { type JsonObject, setMember } from "../../base/json";
import type { Parameter } from "../../thing-model/model";
import type { Device } from "../devices/device";
import { writeFields } from "../devices/outputs";
import { splitOutputs } from "./check";
import { type Outgoing, timed, whoIs } from "./payloads";

/** The values that a device posted together, by identifier. */
interface Batch {
  kind: "property" | "event";
  lists: Record<string, unknown[]>;
  /** The parameters that a value is checked against. */
  fieldsOf(identifier: string): readonly Parameter[];
  requestId: string | LosslessNumber | undefined;
}

/**
 * A batch of properties or of events: a list of `{ value, time }` for each identifier. Known programs read the
 * lists from `payload`, as for batches, or from `items`, as for single posts; both are filled.
 */
export function batchMessage(device: Device, batch: Batch, now: number): Outgoing {
  const good: Record<string, JsonObject[]> = {};
  const failed: Record<string, JsonObject[]> = {};
  for (const [identifier, list] of Object.entries(batch.lists)) {
    const fields = batch.fieldsOf(identifier);
    const isProperty = batch.kind === "property";
    const fit: JsonObject[] = [];
    const misfit: JsonObject[] = [];
    for (const item of list) {
      const { value, time } = timed(item, now);
      const split = splitOutputs(isProperty ? { [identifier]: value } : value, fields);
      if (split.failed) {
        const { code, message } = split.failed;
        misfit.push({ value, time, code, message });
      } else {
        const written = writeFields(split.data, fields);
        fit.push({ value: isProperty ? written[identifier] : written, time });
      }
    }
    if (fit.length > 0) setMember(good, identifier, fit);
    if (misfit.length > 0) setMember(failed, identifier, misfit);
  }
  const { productKey, deviceName } = device;
  return {
    topic: `/${productKey}/${deviceName}/thing/${batch.kind}/batch/post`,
    payload: {
      ...whoIs(device),
      gmtCreate: now,
      ...(batch.requestId === undefined ? {} : { requestId: batch.requestId }),
      items: good,
      payload: good,
      checkFailedData: failed,
    },
  };
}
