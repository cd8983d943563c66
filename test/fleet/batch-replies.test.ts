import assert from "node:assert/strict";
import { Cancellation } from "../../lib/base/cancellation";
import { BatchReplies } from "../../lib/fleet/batch/batch-replies";
import { Outstanding } from "../../lib/fleet/batch/outstanding";
import { serviceCommand } from "../../lib/fleet/command";
import type { DeviceReplySource } from "../../lib/fleet/device-reply-source";
import { ArgsCheck } from "../../lib/invocation/args-check";
import type { ServiceCall } from "../../lib/invocation/service-call";

type Watcher = Parameters<DeviceReplySource["watch"]>[2];

/** This machine's clock is a second ahead of what the platform's can be at the earliest. */
const clock = { at: () => 5000.5, earliest: () => 4000.5 };
const command = serviceCommand(
  "Blink",
  { text: "{}", isComputed: false },
  new ArgsCheck("off", () => assert.fail(), String),
);

describe("since when a reply answers a batch", () => {
  let elapsed = 0;
  const outstanding = new Outstanding(() => elapsed);
  const outcomes: string[] = [];

  /** A batch for one lamp, which replies with what is given, or not at all. */
  async function since(reply?: object): Promise<number> {
    const call: ServiceCall = command.commandOf({ productKey: "a1", deviceName: "lamp" });
    let watching: Watcher | undefined;
    const source: DeviceReplySource = {
      watch(_device, _answered, watcher) {
        watching = watcher;
        return () => undefined;
      },
    };
    const replies = new BatchReplies(command, [{ index: 0, command: call }], {
      source,
      models: undefined,
      words: String,
      outstanding,
      clock,
      ended: (_member, { outcome }) => outcomes.push(outcome),
    });
    replies.begin();
    if (reply) watching!.received(reply as Parameters<Watcher["received"]>[0]);
    await replies.wait(1, "id", new Cancellation());
    replies.end();
    return watching!.since;
  }

  it("is as early as the platform's time can be, so that a clock which is a little wrong costs none", async () => {
    assert.equal(await since({ code: 200, data: {} }), 4000);
  });

  it("is by this machine's clock while a reply to an earlier batch may still come", async () => {
    await since();
    assert.equal(await since(), 5000);
    elapsed += 59_000;
    assert.equal(await since({ code: 200, data: {} }), 5000);
    assert.equal(await since(), 4000, "it has replied");
    elapsed += 61_000;
    assert.equal(await since({ code: 200, data: {} }), 4000, "it has had time enough");
    assert.deepEqual(outcomes, ["done", "unknown", "unknown", "done", "unknown", "done"]);
  });
});
