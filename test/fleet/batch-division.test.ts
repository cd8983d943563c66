import assert from "node:assert/strict";
import { Batch } from "../../lib/fleet/batch/batch";
import { BatchLimits } from "../../lib/fleet/batch/batch-limits";
import { serviceCommand } from "../../lib/fleet/command";
import { withOwnArgs } from "../../lib/fleet/own-args";

describe("which devices are commanded in one call", () => {
  it("those that would be sent the same alone: digits of a text are kept, and those of a flow rounded", async () => {
    const own = ['{"x":0.30000000000000004}', { x: 0.1 + 0.2 }, { x: 0.1 + 0.2 }, { x: "0.3" }];
    const named = own.map((args, n) => ({ productKey: "a1Lamp", deviceName: `lamp${n}`, own: args }));
    const devices = await withOwnArgs(named, "args");
    const command = serviceCommand("Fade", undefined, { apply: (_models, call) => call, refused: () => {} });
    const account = { models: undefined } as never;
    const limits = new BatchLimits();
    const words = String;
    const batch = new Batch(command, { account, devices, words, limits, delivery: "at-most-once" });
    assert.deepEqual(batch.divide([0, 1, 2, 3], 100), [[0], [1, 2], [3]]);
  });
});
