import assert from "node:assert/strict";
import { Simulator } from "../../../lib/simulator/simulator";
import { homeDefinition } from "../fixture";
import { type SampleOptions, VendorSample } from "./vendor-sample";

describe("the vendor's AMQP samples receive from the simulator", () => {
  let simulator: Simulator;
  let endpoint: string;
  let sample: VendorSample | undefined;
  beforeEach(async () => {
    simulator = await Simulator.start({ definition: homeDefinition() });
    endpoint = await simulator.openAmqp();
  });
  afterEach(async () => {
    await sample?.close();
    await simulator.close();
  });

  const samples: [string, SampleOptions][] = [
    ["Node.js: the time of 2019, no source", {}],
    [
      "Java: now, 80 s, a source of its own",
      { timestamp: Date.now(), idleTimeout: 80_000, source: "default" },
    ],
    [
      "Go: Hmacsha1, milliseconds of the second, frames of 512 bytes",
      { signMethod: "Hmacsha1", timestamp: 417, maxFrameSize: 512, source: "/queue-name" },
    ],
    [
      ".NET: hmacmd5, 120 s, frames of 8 KB",
      { signMethod: "hmacmd5", idleTimeout: 120_000, maxFrameSize: 8192 },
    ],
    ["Python: hmacsha256, heartbeats every 30 s", { signMethod: "hmacsha256", idleTimeout: 30_000 }],
  ];
  for (const [what, options] of samples) {
    it(what, async () => {
      sample = new VendorSample(endpoint, options);
      await sample.ready();
      const text = "x".repeat(20_000);
      simulator.uplink.postCustom("a1House00001", "door", "long", Buffer.from(text));
      const { content, messageId } = await sample.message("/a1House00001/door/user/long");
      assert.equal(content, text);
      assert.match(messageId, /^\d+$/);
    });
  }

  it("with encode=base64 bodies come as Base64", async () => {
    sample = new VendorSample(endpoint, { extra: ",encode=base64" });
    await sample.ready();
    const bytes = Buffer.from([0, 255, 128, 10]);
    simulator.uplink.postCustom("a1House00001", "door", "raw", bytes);
    const { content } = await sample.message("/a1House00001/door/user/raw");
    assert.deepEqual(Buffer.from(content, "base64"), bytes);
  });

  it("a connection that breaks is restored with the same login", async () => {
    sample = new VendorSample(endpoint);
    await sample.ready();
    const again = sample.ready();
    simulator.subscription.closeConnections({ cut: true });
    await again;
    simulator.uplink.postCustom("a1House00001", "door", "after", Buffer.from("1"));
    await sample.message("/a1House00001/door/user/after");
  });
});
