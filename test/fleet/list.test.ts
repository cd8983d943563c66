import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Cancellation } from "../../lib/base/cancellation";
import { Failure, type Text } from "../../lib/base/failure";
import type { FleetDevice } from "../../lib/fleet/fleet-device";
import { findTargets } from "../../lib/fleet/targets/find-targets";
import { translate } from "../support/catalog";
import { FleetPlatform, refusal } from "../support/fleet-sources";

const nothing = (): FleetPlatform =>
  new FleetPlatform((operation) => assert.fail(`the platform was asked for ${operation}`));

function find(value: unknown, productKey?: string, platform = nothing()): Promise<FleetDevice[]> {
  const selection = { by: "list", productKey, devices: { value, source: "msg.devices" } } as const;
  return findTargets(selection, platform.sources);
}

/** As `product/device`, with its own args and what is wrong with it. */
async function shown(value: unknown, productKey?: string, platform?: FleetPlatform): Promise<string[]> {
  return (await find(value, productKey, platform)).map(({ productKey: key, deviceName, own, problem }) =>
    [`${key}/${deviceName}`, ...(own === undefined ? [] : [JSON.stringify(own)]), ...problemOf(problem)].join(
      " ",
    ),
  );
}

function problemOf(problem: Failure | undefined): string[] {
  return problem ? [`${problem.code} ${problem.outcome}: ${said(problem.text)}`] : [];
}

function said(text: Text | string): string {
  if (typeof text === "string") return text;
  const params = Object.fromEntries(
    Object.entries(text.params ?? {}).map(([name, value]) => [
      name,
      typeof value === "object" ? said(value) : value,
    ]),
  );
  return translate("en-US", `aliyun-iot-invoke-service.${text.key}`, params);
}

async function refused(value: unknown, productKey = "a1"): Promise<string> {
  const error: unknown = await find(value, productKey).catch((reason: unknown) => reason);
  assert.ok(error instanceof Failure, "refused");
  assert.deepEqual([error.code, error.outcome], ["invalid-input", "not-sent"]);
  return said(error.text);
}

describe("the devices of a list", () => {
  const lists: [what: string, value: unknown, found: string[]][] = [
    ["names", ["d1", " d2 "], ["a1/d1", "a1/d2"]],
    ["no names", [], []],
    ["names one a line", "d1\r\nd2\n\n d3", ["a1/d1", "a1/d2", "a1/d3"]],
    ["names with commas between them", "d1, d2，d3,", ["a1/d1", "a1/d2", "a1/d3"]],
    ["JSON text of names", '["d1","d2"]', ["a1/d1", "a1/d2"]],
    ["JSON text of none", "[]", []],
    ["one name", "d1", ["a1/d1"]],
    [
      "objects, whose own product wins",
      [{ deviceName: "d1" }, { productKey: "b2", deviceName: "d1" }, { productKey: "", deviceName: "d2" }],
      ["a1/d1", "b2/d1", "a1/d2"],
    ],
    [
      "objects with args or items of their own",
      [
        { deviceName: "d1", args: { Level: 1 } },
        { deviceName: "d2", items: { Level: 2 } },
      ],
      ['a1/d1 {"Level":1}', 'a1/d2 {"Level":2}'],
    ],
    [
      "entries of a report",
      [{ productKey: "b2", deviceName: "d1", iotId: "Q7", outcome: "failed", result: {}, durationMs: 5 }],
      ["b2/d1"],
    ],
    ["a device named twice", ["d1", "d2", "d1", { deviceName: "d1" }], ["a1/d1", "a1/d2"]],
    [
      "a device named twice with equal args",
      [
        { deviceName: "d1", args: { Level: 10, On: true } },
        { deviceName: "d1", args: { On: true, Level: 10 } },
        { deviceName: "d1", args: '{"Level":10.0,"On":true}' },
      ],
      ['a1/d1 {"Level":10,"On":true}'],
    ],
  ];
  for (const [what, value, found] of lists) {
    it(`can be ${what}`, async () => assert.deepEqual(await shown(value, "a1"), found));
  }

  it("keeps the digits of args in JSON text", async () => {
    const [device] = await find('[{"deviceName":"d1","args":{"Level":10.0}}]', "a1");
    assert.equal(device?.own, '{"Level":10.0}');
  });

  const problems: [what: string, entry: unknown, problem: RegExp][] = [
    ["a number", 7, /^\/ .*msg\.devices\[1\] must be a device name.*the number 7/],
    ["nothing", undefined, /^\/ .*msg\.devices\[1\] must be a device name.*not set/],
    ["empty text", "  ", /^\/ .*Device is missing: msg\.devices\[1\] is empty text/],
    ["a name with a line break inside", "d\n1", /msg\.devices\[1\]/],
    ["an object without a name", { args: {} }, /msg\.devices\[1\] names no device/],
    ["a name that is a number", { deviceName: 12 }, /msg\.devices\[1\]\.deviceName is the number 12/],
    [
      "a product that is none",
      { productKey: {}, deviceName: "d1" },
      /^\S*\/d1 .*\[1\]\.productKey is an object/,
    ],
    ["an array", ["d1"], /msg\.devices\[1\] must be a device name.*an array/],
    [
      "both args and items",
      { deviceName: "d1", args: {}, items: {} },
      /^a1\/d1 .*\[1\] has both args and items/,
    ],
    ["an unset variable", "${NAME}", /environment variable NAME/],
    [
      "a getter that throws",
      {
        get deviceName(): never {
          throw new Error("private");
        },
      },
      /msg\.devices\[1\] cannot be read/,
    ],
    [
      "args that cannot be read",
      {
        deviceName: "d1",
        get args(): never {
          throw new Error("private");
        },
      },
      /^a1\/d1 .*msg\.devices\[1\] cannot be read/,
    ],
    ["a proxy", new Proxy({}, { get: () => assert.fail("read") }), /msg\.devices\[1\] must be .*Proxy/],
  ];
  for (const [what, entry, problem] of problems) {
    it(`reports ${what} as that entry's problem, in a sentence that names it, and keeps the rest`, async () => {
      const [first, second, third, ...others] = await shown(["before", entry, "after"], "a1");
      assert.deepEqual([first, third, others], ["a1/before", "a1/after", []]);
      assert.match(second ?? "", /^\S* invalid-input not-sent: /);
      assert.match(second ?? "", problem);
      assert.doesNotMatch(second ?? "", /private/);
    });
  }

  it("names the entry of a list from the dialog", async () => {
    const selection = { by: "list", productKey: "a1", devices: { value: "[7]", source: "" } } as const;
    const [device] = await findTargets(selection, nothing().sources);
    assert.match(said(device?.problem?.text ?? ""), /^devices\[0\] must be a device name/);
  });

  it("needs a product for a name", async () => {
    const [first, second] = await shown(["d1", { productKey: "b2", deviceName: "d2" }]);
    assert.match(first ?? "", /^\/d1 .*msg\.devices\[0\] names no product/);
    assert.equal(second, "b2/d2");
  });

  it("reads a sparse list entry by entry", async () => {
    const list: string[] = [];
    list[2] = "d1";
    const found = await shown(list, "a1");
    assert.deepEqual([found.length, found[2]], [3, "a1/d1"]);
    assert.match(found[0] ?? "", /msg\.devices\[0\] .*not set/);
  });

  it("reads a list with an iterator of its own by position", async () => {
    const list = Object.assign(["d1"], {
      *[Symbol.iterator](): Generator<string> {
        for (;;) yield "endless";
      },
    });
    assert.deepEqual(await shown(list, "a1"), ["a1/d1"]);
  });

  const refusals: [what: string, value: unknown, reason: RegExp][] = [
    ["what is no list", { deviceName: "d1" }, /Devices must be a list .*msg\.devices is an object/],
    ["nothing", undefined, /Devices must be a list .*msg\.devices is not set/],
    ["empty text", " ", /Devices must be a list .*msg\.devices is empty text/],
    ["text that begins like JSON", '["d1"', /msg\.devices is not valid JSON/],
    ["JSON that nests deep", "[".repeat(100_000), /msg\.devices is not valid JSON/],
    ["an unset variable", "${DEVICES}", /environment variable DEVICES/],
    ["100,001 names", Array.from({ length: 100_001 }, (_none, n) => `d${n}`), /more than 100000 devices/],
    ["a huge sparse list", Object.assign([], { length: 4_000_000_000 }), /more than 100000 devices/],
    ["a line for each of 100,001 names", "d\n".repeat(100_001), /more than 100000 devices/],
    [
      "a proxy that calls itself a list without end",
      new Proxy([], { get: (_list, name) => (name === "length" ? Infinity : "d1") }),
      /more than 100000 devices/,
    ],
    [
      "a list that throws",
      new Proxy([], {
        get: () => {
          throw new Error("private");
        },
      }),
      /Devices must be a list/,
    ],
    [
      "a device that is named twice with different args",
      ["d0", { deviceName: "d1", args: { Level: 1 } }, { deviceName: "d1", args: { Level: 2 } }],
      /device a1\/d1 is named twice, with different args: in msg\.devices\[1\] and in msg\.devices\[2\]/,
    ],
    [
      "a device that is named with args and without",
      [{ deviceName: "d1", args: {} }, "d1"],
      /device a1\/d1 is named twice/,
    ],
  ];
  for (const [what, value, reason] of refusals) {
    it(`refuses the message for ${what}`, async () => assert.match(await refused(value), reason));
  }

  it("takes 100,000 devices, and lets other work go on meanwhile", async () => {
    let turns = 0;
    const ticking = setInterval(() => turns++);
    const found = await find(
      Array.from({ length: 100_000 }, (_none, n) => ({ deviceName: `d${n}`, args: { n } })),
      "a1",
    );
    clearInterval(ticking);
    assert.equal(found.length, 100_000);
    assert.ok(turns > 0, "timers run");
  });

  it("ends as closed where the signal fires", async () => {
    const signal = new Cancellation();
    const devices = { value: Array.from({ length: 50_000 }, (_none, n) => `d${n}`), source: "" };
    const finding = findTargets({ by: "list", productKey: "a1", devices }, nothing().sources, signal);
    signal.abort();
    await assert.rejects(finding, { code: "closed", outcome: "not-sent" });
  });

  it("never fails on an entry of any shape, and gives each device once", async () => {
    const entry = fc.oneof(
      fc.constantFrom("d1", "d2", "d3"),
      fc.record({ productKey: fc.constantFrom("a1", "b2"), deviceName: fc.constantFrom("d1", "d2") }),
      fc.anything({ withBigInt: true, withDate: true, withSparseArray: true, withNullPrototype: true }),
      fc.record(
        { productKey: fc.anything(), deviceName: fc.anything(), items: fc.constant(undefined) },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 20 }), async (list) => {
        const platform = new FleetPlatform(() => {
          throw refusal("iot.device.NotExistedDevice");
        });
        let found: FleetDevice[];
        try {
          found = await find(list, "a1", platform);
        } catch (error) {
          assert.ok(error instanceof Failure && error.code === "invalid-input", String(error));
          return;
        }
        assert.ok(found.length <= list.length);
        const sound = found.filter(({ problem }) => !problem);
        const keys = sound.map(({ productKey, deviceName }) => `${productKey}/${deviceName}`);
        assert.equal(new Set(keys).size, keys.length);
        for (const device of sound) assert.ok(device.productKey !== "" && device.deviceName !== "");
        for (const { problem } of found) if (problem) assert.equal(problem.outcome, "not-sent");
      }),
    );
  });
});

describe("devices that are named by their IotId", () => {
  const names: Record<string, [string, string]> = { Q1: ["a1", "d1"], Q2: ["b2", "d2"] };
  const resolving = (): FleetPlatform =>
    new FleetPlatform((operation, { IotId }) => {
      assert.equal(operation, "QueryDeviceDetail");
      const [ProductKey, DeviceName] = names[String(IotId)] ?? [];
      if (!ProductKey) throw refusal("iot.device.InvalidIoTId");
      return { Data: { IotId, ProductKey, DeviceName, DeviceSecret: "s3cret" } };
    });

  it("get the names of the platform, whatever the product of the list", async () => {
    const platform = resolving();
    const list = [{ iotId: "Q1" }, { iotId: "Q2", args: { n: 1 } }, { iotId: "Q1" }, "d3"];
    assert.deepEqual(await shown(list, "c3", platform), ["a1/d1", 'b2/d2 {"n":1}', "c3/d3"]);
    assert.equal(platform.asked.length, 2, "each once");
    await shown(list, "c3", platform);
    assert.equal(platform.asked.length, 2, "and kept");
  });

  it("count once with the same device by name", async () => {
    const found = await find(["d1", { iotId: "Q1" }], "a1", resolving());
    assert.deepEqual(found, [{ productKey: "a1", deviceName: "d1", iotId: "Q1" }]);
    await assert.rejects(find(["d1", { iotId: "Q1", args: {} }], "a1", resolving()), {
      code: "invalid-input",
    });
  });

  it("that nobody has are a problem of the entry, and the rest go on", async () => {
    const found = await find([{ iotId: "none" }, "d3"], "a1", resolving());
    assert.deepEqual(
      found.map(({ iotId, deviceName, problem }) => [iotId, deviceName, problem?.code, problem?.outcome]),
      [
        ["none", "", "iot.device.InvalidIoTId", "not-sent"],
        [undefined, "d3", undefined, undefined],
      ],
    );
  });

  it("cannot be those of another device than the names say", async () => {
    const [first, second] = await shown(
      [
        { iotId: "Q1", deviceName: "d9" },
        { iotId: "Q2", productKey: "a1" },
      ],
      undefined,
      resolving(),
    );
    assert.match(first ?? "", /msg\.devices\[0\] contradicts itself: .*a1\/d1/);
    assert.match(second ?? "", /msg\.devices\[1\] contradicts itself: .*b2\/d2/);
  });

  it("do not make a thousand calls that all fail alike", async () => {
    const platform = new FleetPlatform(() => {
      throw refusal("Forbidden.RAM");
    });
    const found = await find(
      Array.from({ length: 1000 }, (_none, n) => ({ iotId: `Q${n}` })),
      "a1",
      platform,
    );
    assert.ok(found.every(({ problem }) => problem?.code === "Forbidden.RAM"));
    assert.ok(platform.asked.length <= 4, `${platform.asked.length} calls`);
  });
});
