import assert from "node:assert/strict";
import { Failure } from "../../lib/base/failure";
import type { Answer } from "../../lib/cloud/answer";
import { KnownDevices } from "../../lib/look-up/known-devices";

interface Asked {
  iotId: string;
  answer: (data: object) => void;
  fail: (category: "timeout" | "not-found") => void;
}

/** A platform that answers when a test says so. */
class SlowPlatform {
  readonly asked: Asked[] = [];
  open = 0;
  maxSeen = 0;

  call(_operation: string, parameters: Record<string, unknown>): Promise<Answer> {
    const iotId = String(parameters["IotId"]);
    this.maxSeen = Math.max(this.maxSeen, ++this.open);
    return new Promise((resolve, reject) => {
      this.asked.push({
        iotId,
        answer: (data) => {
          this.open--;
          resolve({ body: { Data: data } } as unknown as Answer);
        },
        fail: (category) => {
          this.open--;
          reject(
            new Failure({ code: category, category, outcome: "unknown", retryable: false, text: category }),
          );
        },
      });
    });
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the names of devices that are known by their IotId", () => {
  let platform: SlowPlatform;
  let devices: KnownDevices;

  beforeEach(() => {
    platform = new SlowPlatform();
    devices = new KnownDevices(platform, () => 0);
  });

  it("are requested a few at a time, so that none times out while waiting for a connection", async () => {
    const ids = Array.from({ length: 1000 }, (_none, index) => `id${index}`);
    const found = Promise.all(ids.map((iotId) => devices.namesOf(iotId)));
    for (let at = 0; at < ids.length; at++) {
      while (platform.asked.length <= at) await turn();
      const { iotId, answer } = platform.asked[at]!;
      answer({ IotId: iotId, ProductKey: "pk", DeviceName: `name of ${iotId}` });
    }
    assert.deepEqual(
      (await found).map(({ deviceName }) => deviceName),
      ids.map((iotId) => `name of ${iotId}`),
    );
    assert.equal(platform.maxSeen, 4);
  });

  it("do not time out one after the other if the platform does not answer", async () => {
    const found = ["a", "b", "c", "d", "e", "f", "g"].map((iotId) => devices.namesOf(iotId));
    const ends = Promise.allSettled(found);
    for (const { fail } of platform.asked.slice()) fail("timeout");
    for (const end of await ends) assert.equal(end.status, "rejected");
    assert.equal(platform.asked.length, 4);
  });

  it("are still requested after a single device got no answer or was not found", async () => {
    const found = ["a", "b", "c", "d", "e", "f"].map((iotId) => devices.namesOf(iotId));
    const ends = Promise.allSettled(found);
    platform.asked[1]!.answer({ ProductKey: "pk", DeviceName: "b" });
    platform.asked[2]!.fail("not-found");
    await turn();
    platform.asked[0]!.fail("timeout");
    for (let at = 3; at < 6; at++) {
      while (platform.asked.length <= at) await turn();
      platform.asked[at]!.answer({ ProductKey: "pk", DeviceName: platform.asked[at]!.iotId });
    }
    assert.deepEqual(
      (await ends).map(({ status }) => status),
      ["rejected", "fulfilled", "rejected", "fulfilled", "fulfilled", "fulfilled"],
    );
  });

  it("are accepted only for the requested device", async () => {
    const found = devices.namesOf("mine");
    platform.asked[0]!.answer({ IotId: "yours", ProductKey: "pk", DeviceName: "light" });
    await assert.rejects(found, (error: Failure) => error.code === "invalid-response");
    assert.equal(devices.keptNames("mine"), undefined);
  });
});
