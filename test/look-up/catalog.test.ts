import assert from "node:assert/strict";
import * as fc from "fast-check";
import { restore, stub } from "sinon";
import { Failure } from "../../lib/base/failure";
import { Catalog } from "../../lib/look-up/catalog";

const all = { text: "", offset: 0, limit: 50 };

describe("the catalog of an account", () => {
  let now = 0;
  let calls: string[] = [];

  function catalogOf(body: (operation: string, calls: number) => unknown): Catalog {
    calls = [];
    return new Catalog(
      {
        async call(operation) {
          calls.push(operation);
          return { requestId: undefined, body: body(operation, calls.length) as Record<string, unknown> };
        },
      },
      () => now,
    );
  }

  it("removes secrets and unused fields", async () => {
    const DeviceSecret = "s3cret";
    const lamp = {
      ProductKey: "a1",
      DeviceName: "light01",
      IotId: "Q7",
      DeviceSecret,
      DeviceStatus: "online",
    };
    const catalog = catalogOf((operation) => {
      if (operation === "QueryDeviceDetail") return { Data: { ...lamp, Status: "OFFLINE" } };
      const ProductInfo = [{ ProductKey: "a1", ProductName: "Lamp", ProductSecret: DeviceSecret }];
      return { Data: { List: { ProductInfo }, DeviceInfo: [lamp] } };
    });
    const said = [
      (await catalog.products(all)).rows,
      (await catalog.devices("a1", all)).rows,
      await catalog.device({ iotId: "Q7" }),
    ];
    assert.doesNotMatch(JSON.stringify(said), /secret/i);
    assert.deepEqual(said[1], [
      { productKey: "a1", deviceName: "light01", iotId: "Q7", nickname: "", status: "ONLINE" },
    ]);
  });

  it("loads no more devices of a product than requested, and stops when the platform repeats pages", async () => {
    const page = (number: number): object[] =>
      Array.from({ length: 50 }, (_none, n) => ({
        DeviceName: `lamp-${number}-${n}`,
        DeviceSecret: "s3cret",
      }));
    const many = catalogOf((_operation, number) => ({
      Data: { DeviceInfo: page(number) },
      Total: 5000,
      NextToken: `next-${number}`,
    }));
    const first = await many.firstDevices("a1", 120, () => false);
    assert.deepEqual([first.names.size, first.total, first.isWhole, calls.length], [150, 5000, false, 3]);
    const stopped = await many.firstDevices("a1", 2000, () => true);
    assert.deepEqual([stopped.names.size, stopped.isWhole], [50, false]);
    const circle = catalogOf((_operation, number) => ({
      Data: { DeviceInfo: page(number) },
      NextToken: "again",
    }));
    const whole = await circle.firstDevices("a1", 2000, () => false);
    assert.deepEqual([whole.names.size, whole.isWhole], [100, true]);
  });

  it("rejects only the request for a missing device, without an unhandled rejection", async () => {
    const unheard: unknown[] = [];
    const own = process.listeners("unhandledRejection");
    const hear = (reason: unknown): void => void unheard.push(reason);
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", hear);
    try {
      const catalog = catalogOf(() => {
        throw new Failure({
          text: "no such device",
          code: "iot.device.NotExistedDevice",
          category: "not-found",
          outcome: "refused",
          retryable: false,
        });
      });
      await assert.rejects(catalog.productKeyOf("Q7"), /no such device/);
      await assert.rejects(catalog.device({ iotId: "Q7" }), /no such device/);
      await new Promise((resolve) => setTimeout(resolve));
    } finally {
      process.off("unhandledRejection", hear);
      for (const listener of own) process.on("unhandledRejection", listener);
    }
    assert.deepEqual(unheard, []);
  });

  it("gives names without line breaks, text that turns around and endless length", async () => {
    const names = ["\u202Eevil\u202C", "two\nlines\u0000", "x".repeat(100_000)];
    const catalog = catalogOf(() => ({
      Data: {
        List: { ProductInfo: names.map((ProductName, n) => ({ ProductKey: `a${n}`, ProductName })) },
      },
    }));
    const { rows } = await catalog.products(all);
    assert.deepEqual(
      rows.map(({ productName }) => productName.slice(0, 10)),
      ["evil", "two lines", "x".repeat(10)],
    );
    assert.ok(rows[2]!.productName.length <= 200);
  });

  it("asks again for a device that was not found, though the machine's clock was set back by years", async () => {
    let count = 0;
    const catalog = new Catalog({
      call() {
        count++;
        return Promise.reject(
          new Failure({
            code: "iot.device.NotExistedDevice",
            category: "not-found",
            outcome: "refused",
            retryable: false,
            text: "no such device",
          }),
        );
      },
    });
    const begun = performance.now();
    const runsOn = stub(performance, "now").returns(begun);
    try {
      await assert.rejects(catalog.productKeyOf("Q7"));
      stub(Date, "now").returns(0);
      await assert.rejects(catalog.productKeyOf("Q7"));
      assert.equal(count, 1, "not with every message");
      runsOn.returns(begun + 10_001);
      await assert.rejects(catalog.productKeyOf("Q7"));
      assert.equal(count, 2);
    } finally {
      restore();
    }
  });

  it("asks once for the product of a device, however many messages name it", async () => {
    const catalog = catalogOf(() => ({ Data: { ProductKey: "a1", DeviceName: "light01", IotId: "Q7" } }));
    const keys = await Promise.all(Array.from({ length: 100 }, () => catalog.productKeyOf("Q7")));
    assert.deepEqual(new Set(keys), new Set(["a1"]));
    assert.equal(calls.length, 1);
  });

  it("does not repeat the request for a missing device for some seconds", async () => {
    let isFound = false;
    const catalog = catalogOf(() => {
      if (isFound) return { Data: { ProductKey: "a1", DeviceName: "light01", IotId: "Q7" } };
      const of = { category: "permission", outcome: "refused", retryable: false, text: "no" } as const;
      throw new Failure({ code: "Forbidden", ...of });
    });
    for (let n = 0; n < 100; n++) await assert.rejects(catalog.productKeyOf("Q7"), Failure);
    assert.equal(calls.length, 1);
    now += 11_000;
    isFound = true;
    assert.equal(await catalog.productKeyOf("Q7"), "a1");
  });

  it("lists static and dynamic groups, each once and as what it is", async () => {
    let typeOfDynamic: string | undefined = "LINK_PLATFORM_DYNAMIC";
    const catalog = new Catalog({
      async call(_operation, { GroupTypes, CurrentPage }) {
        const GroupInfo = GroupTypes
          ? [{ GroupId: "g2", GroupName: "Online", GroupType: typeOfDynamic }]
          : CurrentPage === "1"
            ? [
                { GroupId: "g1", GroupName: "Valves" },
                { GroupId: "g2", GroupName: "Online" },
              ]
            : [{ GroupId: "g3", GroupName: "Lamps", GroupType: "LINK_PLATFORM" }];
        return {
          requestId: undefined,
          body: { Data: { GroupInfo }, PageCount: GroupTypes ? 1 : 2, Total: 3 },
        };
      },
    });
    const kinds = async (): Promise<string[]> => {
      const { rows } = await catalog.groups(all);
      return rows.map(({ groupId, name, kind }) => `${groupId} ${name} ${kind}`).sort();
    };
    assert.deepEqual(await kinds(), ["g1 Valves static", "g2 Online dynamic", "g3 Lamps static"]);
    typeOfDynamic = undefined;
    catalog.forget();
    assert.deepEqual((await kinds())[1], "g2 Online dynamic");
  });

  it("lists the static groups of an instance that refuses to list dynamic ones", async () => {
    const catalog = new Catalog({
      async call(_operation, { GroupTypes }) {
        if (GroupTypes) throw refused("iot.common.APINotSupportedInInstance");
        return { requestId: undefined, body: { Data: { GroupInfo: [{ GroupId: "g1" }] } } };
      },
    });
    assert.deepEqual((await catalog.groups(all)).rows, [{ groupId: "g1", name: "", kind: "static" }]);
    const none = new Catalog({ call: () => Promise.reject(refused("Forbidden.RAM")) });
    await assert.rejects(none.groups(all), { code: "Forbidden.RAM" });
  });

  function refused(code: string): Failure {
    return new Failure({ code, category: "permission", outcome: "refused", retryable: false, text: code });
  }

  const device = (n: number): object => ({ DeviceName: `light${n}`, IotId: `Q${n}` });
  const endless: [string, (calls: number) => object, number][] = [
    ["a token that repeats", (n) => ({ Data: { DeviceInfo: [device(n)] }, NextToken: "again" }), 2],
    ["tokens that go in a circle", (n) => ({ Data: { DeviceInfo: [device(n)] }, NextToken: `t${n % 3}` }), 4],
    ["the same page by tokens", (n) => ({ Data: { DeviceInfo: [device(1)] }, NextToken: `t${n}` }), 2],
    ["the same page by numbers", () => ({ Data: { DeviceInfo: [device(1)] }, Page: 1, PageCount: 1e9 }), 2],
    [
      "a token without end",
      (n) => ({ Data: { DeviceInfo: [device(n)] }, NextToken: "t".repeat(300_000) }),
      1,
    ],
  ];
  for (const [what, body, max] of endless) {
    it(`ends a list of devices at ${what}`, async () => {
      const catalog = catalogOf((_operation, count) => body(count));
      while ((await catalog.devices("a1", { text: "none", offset: 0, limit: 1 })).isLoading);
      assert.ok(calls.length <= max, `${calls.length} requests`);
    });
  }

  it("ends a list with numbered pages when a page brings nothing new", async () => {
    const PageCount = 1e9;
    const catalog = catalogOf((operation) =>
      operation === "QueryProductList"
        ? { Data: { PageCount, List: { ProductInfo: [{ ProductKey: "a1" }] } } }
        : { PageCount, Data: { ConsumerGroupDTO: [{ GroupId: "g" }] } },
    );
    while ((await catalog.products({ text: "none", offset: 0, limit: 1 })).isLoading);
    while ((await catalog.consumerGroups({ text: "none", offset: 0, limit: 1 })).isLoading);
    assert.equal(calls.length, 4);
  });

  it("never breaks on an answer of any shape, and says where it names no device", async () => {
    const rows = fc.oneof(
      fc.jsonValue(),
      fc.array(
        fc.dictionary(
          fc.constantFrom(
            "ProductKey",
            "ProductName",
            "DeviceName",
            "Nickname",
            "IotId",
            "Status",
            "__proto__",
          ),
          fc.jsonValue(),
        ),
      ),
    );
    const body = fc.oneof(
      fc.jsonValue(),
      rows.map((ProductInfo) => ({ Data: { List: { ProductInfo }, DeviceInfo: ProductInfo } })),
      fc.record({ Data: fc.jsonValue(), PageCount: fc.jsonValue(), NextToken: fc.jsonValue() }),
    );
    await fc.assert(
      fc.asyncProperty(body, async (shape) => {
        const isObject = typeof shape === "object" && shape !== null && !Array.isArray(shape);
        // A list without an end ends elsewhere; here it is one page.
        const catalog = catalogOf((_operation, count) => (count > 2 || !isObject ? {} : shape));
        for (const found of [await catalog.products(all), await catalog.devices("a1", all)]) {
          for (const row of found.rows) {
            for (const value of Object.values(row)) assert.ok(typeof value !== "object");
          }
        }
        await catalog.device({ iotId: "Q7" }).then(
          ({ deviceName }) => assert.notEqual(deviceName, ""),
          ({ code }) => assert.equal(code, "invalid-response"),
        );
      }),
    );
  });
});
