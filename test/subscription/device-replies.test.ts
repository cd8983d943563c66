import assert from "node:assert/strict";
import { DeviceReplies, HeldDeviceReplies } from "../../lib/subscription/device-replies";
import { readMessage } from "../../lib/subscription/message";
import { Replies, type Reply } from "../../lib/subscription/replies";

const device = { productKey: "a1Lamp", deviceName: "lamp1" };

/** A reply as the platform forwards it. */
function replyOf(
  deviceName: string,
  service: string,
  requestId: string,
  time = 2000,
): ReturnType<typeof readMessage> {
  return readMessage({
    body: Buffer.from(
      JSON.stringify({
        gmtCreate: time,
        iotId: `iot-${deviceName}`,
        productKey: "a1Lamp",
        deviceName,
        requestId,
        code: 200,
        data: { from: requestId },
        topic: `/sys/a1Lamp/${deviceName}/thing/service/${service}_reply`,
      }),
    ),
    application_properties: {
      topic: `/a1Lamp/${deviceName}/thing/downlink/reply/message`,
      generateTime: time,
    },
  });
}

describe("replies that no id leads to", () => {
  let byDevice: DeviceReplies;
  let replies: Replies;
  let received: Reply[];
  let ended: number;
  const ours = new Set<string>();

  beforeEach(() => {
    byDevice = new DeviceReplies();
    received = [];
    ended = 0;
    ours.clear();
    replies = new Replies({
      isOurs: (id) => ours.has(id),
      onForeign: () => assert.fail("taken for another client's"),
      now: () => 1000,
      takeUnnamed: (message, reply) => byDevice.take(message, reply),
    });
  });
  afterEach(() => replies.close());

  const watcher = (since = 1000) => ({
    since,
    received: (reply: Reply) => received.push(reply),
    ended: () => ended++,
  });

  it("are told by the device and the service, and given once", () => {
    byDevice.watch(device, "Blink", watcher());
    for (const message of [
      replyOf("lamp2", "Blink", "1"),
      replyOf("lamp1", "FadeTo", "2"),
      replyOf("lamp1", "property/set", "3"),
      replyOf("lamp1", "Blink", "4"),
      replyOf("lamp1", "Blink", "4"),
      replyOf("lamp1", "Blink", "5"),
    ])
      replies.offer(message);
    assert.deepEqual(
      received.map(({ data }) => data),
      [{ from: "4" }],
    );
  });

  it("of a service of a module and of a property set as well", () => {
    byDevice.watch(device, "fan:Spin", watcher());
    byDevice.watch(device, "property/set", watcher());
    replies.offer(replyOf("lamp1", "fan/Spin", "1"));
    replies.offer(replyOf("lamp1", "property/set", "2"));
    assert.equal(received.length, 2);
  });

  it("from before the batch belong to something else", () => {
    byDevice.watch(device, "Blink", watcher(2000));
    replies.offer(replyOf("lamp1", "Blink", "1", 1999));
    assert.equal(received.length, 0);
    replies.offer(replyOf("lamp1", "Blink", "2", 2000));
    assert.equal(received.length, 1);
  });

  it("never take the reply of a call that has an id, whether it waits or has ended", async () => {
    byDevice.watch(device, "Blink", watcher());
    const expected = replies.expect(device);
    const waiting = expected.reply("1", 1000);
    replies.offer(replyOf("lamp1", "Blink", "1"));
    assert.deepEqual((await waiting).data, { from: "1" });
    ours.add("2");
    replies.offer(replyOf("lamp1", "Blink", "2"));
    assert.equal(received.length, 0);
  });

  it("are over when the wait ends, or the one who holds it", () => {
    const held = new HeldDeviceReplies(byDevice);
    const end = held.watch(device, "Blink", watcher());
    end();
    replies.offer(replyOf("lamp1", "Blink", "1"));
    assert.equal(received.length, 0);
    held.watch(device, "Blink", watcher());
    held.end();
    assert.equal(ended, 1);
    held.watch(device, "Blink", watcher());
    assert.equal(ended, 2);
    replies.offer(replyOf("lamp1", "Blink", "3"));
    assert.equal(received.length, 0);
    byDevice.close();
    byDevice.watch(device, "Blink", watcher());
    assert.equal(ended, 3);
  });
});
