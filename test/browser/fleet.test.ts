import assert from "node:assert/strict";
import * as fc from "fast-check";
import { readCanary } from "../../lib/base/canary";
import { type Count, countLines } from "../../nodes/fleet/count-text.editor";
import { minSeconds, minTimeText } from "../../nodes/fleet/estimate.editor";
import { countRequest, readFixedList, readFixedTags } from "../../nodes/fleet/fixed-targets.editor";
import { listExample } from "../../nodes/fleet/list-example.editor";
import { translate } from "../support/catalog";

type Params = Record<string, string | number | boolean>;

/** The texts of the dialog in a language. */
const says =
  (language: string) =>
  (key: string, params: object = {}): string =>
    translate(language, `x/fleet:${key}`, params as Params);

const asFields = (fields: Record<string, unknown>) => (property: string) => fields[property];

describe("the canary of a roll-out", () => {
  it("is a whole number of devices or a percentage, as a number or as text", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom("", " "), (devices, blank) => {
        assert.deepEqual(readCanary(devices), { devices });
        assert.deepEqual(readCanary(`${blank}${devices}${blank}`), { devices });
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.constantFrom("", " "), (tenths, blank) => {
        const percent = tenths / 10;
        assert.deepEqual(readCanary(`${percent}${blank}%`), { percent });
      }),
    );
  });

  it("is nothing else", () => {
    for (const value of [
      "",
      " ",
      "%",
      "0",
      0,
      -1,
      "1.5",
      2.5,
      "101%",
      "0%",
      "-5%",
      "5%%",
      "ten",
      NaN,
      null,
      {},
      true,
    ]) {
      assert.equal(readCanary(value), undefined, JSON.stringify(value));
    }
  });
});

describe("what is counted in the dialog of a fleet", () => {
  const request = (fields: Record<string, unknown>) => countRequest(asFields(fields));

  it("is what the dialog names: a product, a group, tags, or a list with the product of its entries", () => {
    const product = { productKey: "a1Lamp", productKeyType: "str" };
    const cases: [fields: Record<string, unknown>, body: object][] = [
      [
        { targets: "product", ...product },
        { targets: "product", productKey: "a1Lamp" },
      ],
      [
        { targets: "group", groupId: "g1", groupIdType: "str" },
        { targets: "group", groupId: "g1" },
      ],
      [
        { targets: "tags", tags: "floor=2, room=hall", tagsType: "str" },
        { targets: "tags", tags: { floor: "2", room: "hall" } },
      ],
      [
        { targets: "list", ...product, devices: '["a",{"deviceName":"b"}]', devicesType: "json" },
        { targets: "list", productKey: "a1Lamp", devices: ["a", { deviceName: "b" }] },
      ],
      [
        { targets: "list", productKey: "", productKeyType: "str", devices: "a, b\nc", devicesType: "str" },
        { targets: "list", devices: ["a", "b", "c"] },
      ],
    ];
    for (const [fields, body] of cases) {
      const asked = request(fields);
      assert.deepEqual("body" in asked && asked.body, { ...body, states: true });
    }
  });

  it("is not known before the message where a message or a variable names it", () => {
    for (const type of ["msg", "flow", "global", "env", "jsonata"]) {
      for (const [targets, property] of [
        ["list", "devices"],
        ["product", "productKey"],
        ["group", "groupId"],
        ["tags", "tags"],
      ] as const) {
        const asked = request({ targets, [property]: "x", [`${property}Type`]: type });
        assert.deepEqual(asked, { whyNot: "from-message" }, `${targets} ${type}`);
      }
    }
    assert.deepEqual(request({ targets: "product", productKey: "${KEY}", productKeyType: "str" }), {
      whyNot: "from-message",
    });
    const fields = {
      targets: "list",
      devices: "a",
      devicesType: "str",
      productKey: "k",
      productKeyType: "msg",
    };
    assert.deepEqual(request(fields), { whyNot: "from-message" }, "the product of its entries");
  });

  it("is incomplete where too little is chosen", () => {
    for (const fields of [
      { targets: "product", productKey: " ", productKeyType: "str" },
      { targets: "group", groupId: "", groupIdType: "str" },
      { targets: "tags", tags: "floor", tagsType: "str" },
      { targets: "list", devices: "{}", devicesType: "json" },
      { targets: "sql" },
      {},
    ]) {
      assert.deepEqual(request(fields), { whyNot: "incomplete" }, JSON.stringify(fields));
    }
  });

  it("reads any text without an error", () => {
    fc.assert(
      fc.property(fc.constantFrom("str", "json", "msg"), fc.string(), (type, text) => {
        const list = readFixedList(type, text);
        assert.ok(list === undefined || Array.isArray(list));
        const tags = Object.values(readFixedTags(type, text) ?? {});
        assert.ok(tags.every((value) => typeof value === "string"));
      }),
    );
  });
});

describe("how a count reads", () => {
  const lamp = { productKey: "a1Lamp", name: "Lamp", total: 412 };
  const english = (count: Count): string[] => countLines(count, says("en-US"));

  it("says how many devices of what, and how many are online", () => {
    assert.deepEqual(english({ total: 412, online: 380, products: [lamp] }), [
      "412 devices of Lamp, 380 online",
    ]);
    assert.deepEqual(countLines({ total: 412, online: 380, products: [lamp] }, says("zh-CN")), [
      "Lamp：412 台设备，380 台在线",
    ]);
    assert.deepEqual(english({ total: 10_000, products: [{ ...lamp, name: "", total: 10_000 }] }), [
      "10,000 devices of a1Lamp",
    ]);
    assert.deepEqual(english({ total: 20_000, maxStates: 10_000, products: [{ ...lamp, total: 20_000 }] }), [
      "20,000 devices of Lamp",
      "The devices are not asked whether they are online, because there are more than 10,000.",
    ]);
    assert.deepEqual(english({ total: 1, online: 0, products: [{ ...lamp, total: 1 }] }), [
      "1 device of Lamp, 0 online",
    ]);
  });

  it("names the largest of several products, and entries that cannot be used", () => {
    const products = ["A", "B", "C", "D"].map((name, index) => ({
      productKey: name,
      name,
      total: 9 - index,
    }));
    assert.deepEqual(english({ total: 30, online: 3, products, problems: 2 }), [
      "30 devices of 4 products, 3 online",
      "A: 9 · B: 8 · C: 7 · …",
      "Entries that cannot be used: 2. Nothing is sent for them.",
    ]);
  });

  it("says that there are none", () => {
    assert.deepEqual(english({ total: 0, online: 0, products: [] }), ["No devices."]);
  });
});

describe("how long a fleet takes at least", () => {
  const speed = { rate: 500, pace: Infinity };

  it("is 20 s for 10,000 devices one by one, and 10 s in batches", () => {
    assert.deepEqual(minSeconds([10_000], speed), { single: 20, batch: 10 });
  });

  it("goes by the account's rate and the pace of the node", () => {
    assert.deepEqual(minSeconds([10_000], { rate: 100, pace: Infinity }), { single: 100, batch: 10 });
    assert.deepEqual(minSeconds([10_000], { rate: 5, pace: Infinity }), { single: 2000, batch: 20 });
    assert.deepEqual(minSeconds([10_000], { rate: 500, pace: 50 }), { single: 200, batch: 200 });
  });

  it("counts a batch for each product", () => {
    assert.equal(minSeconds([1, 1, 101], speed).batch, 0.4);
  });

  it("is never less with more devices, another product or a lower pace", () => {
    const products = fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 5 });
    const rate = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(products, rate, rate, (counts, calls, pace) => {
        const limits = { rate: calls, pace };
        const [less, more] = [minSeconds(counts, limits), minSeconds([...counts, 1], limits)];
        const slower = minSeconds(counts, { ...limits, pace: pace / 2 });
        for (const way of ["single", "batch"] as const) {
          assert.ok(more[way] >= less[way] && slower[way] >= less[way]);
        }
      }),
    );
  });

  it("reads as people say it", () => {
    const [english, chinese] = [says("en-US"), says("zh-CN")];
    assert.equal(minTimeText(10_000, 20, english), "10,000 devices take at least 20 s.");
    assert.equal(minTimeText(10_000, 20, chinese), "10,000 台设备至少需要 20 秒。");
    assert.equal(minTimeText(1, 0.002, english), "1 device takes at least 1 s.");
    assert.equal(minTimeText(9000, 900, english), "9,000 devices take at least 15 min.");
    assert.equal(minTimeText(100_000, 7500, english), "100,000 devices take at least 2 h 5 min.");
  });
});

describe("the example of a list", () => {
  it("is a list of a name and of an entry with args of its own", () => {
    assert.deepEqual(JSON.parse(listExample('{"Percent": 50.0}', true)), [
      "device01",
      { deviceName: "device02", args: { Percent: 50 } },
    ]);
    assert.match(listExample('{"Percent": 50.0}', true), /50\.0/, "digits stay as they are");
  });

  it("has no args where the service has no inputs", () => {
    assert.deepEqual(JSON.parse(listExample("{}", true)), ["device01", { deviceName: "device02" }]);
  });

  it("names the product in each entry where the dialog does not", () => {
    const entries = JSON.parse(listExample(undefined, false)) as Record<string, unknown>[];
    assert.ok(entries.every(({ productKey, deviceName }) => productKey && deviceName));
  });
});
