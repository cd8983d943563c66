import assert from "node:assert/strict";
import * as fc from "fast-check";
import { setIdentifier } from "../../../lib/simulator/devices/command";
import { Device } from "../../../lib/simulator/devices/device";
import { Archive } from "../../../lib/simulator/devices/history";
import { SlidingSecond } from "../../../lib/simulator/devices/sliding-second";
import type { Service } from "../../../lib/thing-model/model";

const service: Service = {
  identifier: "Reboot",
  name: "Reboot",
  description: "",
  callType: "async",
  inputs: [],
  outputs: [],
  generated: false,
};

/** How long a device takes over each of so many calls. */
function delays(deviceName: string, seed: number, min: number, max: number, identifier = "Reboot"): number[] {
  const plan = { delayMs: min, maxDelayMs: max };
  const definition = { deviceName, status: "ONLINE" as const, services: { Reboot: plan }, propertySet: plan };
  const device = new Device("a1Lamps", definition, new Map(), Date.now, new Archive(), seed);
  return Array.from({ length: 20 }, (_none, n) => {
    const { delayMs } = device.act({ messageId: String(n), identifier, service, args: {} });
    return delayMs;
  });
}

describe("a simulated device with a random delay", () => {
  it("takes from delayMs to maxDelayMs, for services and property sets", () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), fc.nat(), fc.string(), (min, more, seed, name) => {
        for (const identifier of ["Reboot", setIdentifier]) {
          for (const delay of delays(name, seed, min, min + more, identifier)) {
            assert.ok(Number.isInteger(delay) && delay >= min && delay <= min + more, `${delay}`);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("takes the same on every start, another time for each call, device and seed", () => {
    const first = delays("lamp-1", 1, 0, 1000);
    assert.deepEqual(delays("lamp-1", 1, 0, 1000), first);
    assert.ok(new Set(first).size > 15);
    assert.notDeepEqual(delays("lamp-2", 1, 0, 1000), first);
    assert.notDeepEqual(delays("lamp-1", 2, 0, 1000), first);
  });

  it("all times of a fleet are about as likely", () => {
    const all = Array.from({ length: 500 }, (_none, n) => delays(`lamp-${n}`, 1, 0, 999)).flat();
    const average = all.reduce((sum, delay) => sum + delay, 0) / all.length;
    assert.ok(average > 480 && average < 520, `${average}`);
  });
});

describe("a sliding second", () => {
  it("counts what happened in the second before, whatever the distances", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 2500 }), (gaps) => {
        const second = new SlidingSecond();
        const moments: number[] = [];
        let now = 1_700_000_000_000;
        for (const gap of gaps) {
          now += gap;
          moments.push(now);
          assert.equal(second.add(now), moments.filter((moment) => moment > now - 1000).length);
        }
        assert.equal(second.count(now + 1000), 0);
      }),
      { numRuns: 30 },
    );
  });
});
