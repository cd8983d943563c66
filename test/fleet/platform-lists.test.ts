import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Cancellation } from "../../lib/base/cancellation";
import { Failure } from "../../lib/base/failure";
import type { Parameters } from "../../lib/cloud/client";
import type { FleetDevice, Selection } from "../../lib/fleet/fleet-device";
import { findTargets } from "../../lib/fleet/targets/find-targets";
import { FleetPlatform, pageOf, refusal, rowsOf } from "../support/fleet-sources";

const find = (platform: FleetPlatform, selection: Selection): Promise<FleetDevice[]> =>
  findTargets(selection, platform.sources);
const named = (devices: readonly FleetDevice[]): string[] =>
  devices.map(({ productKey, deviceName }) => `${productKey}/${deviceName}`);

async function failureOf(finding: Promise<unknown>): Promise<Failure> {
  const error: unknown = await finding.catch((reason: unknown) => reason);
  assert.ok(error instanceof Failure, "fails");
  assert.equal(error.outcome, "not-sent", "no device has been commanded");
  return error;
}

describe("all devices of a product", () => {
  const product = { by: "product", productKey: "a1" } as const;
  const paged = (count: number): FleetPlatform =>
    new FleetPlatform((operation, parameters) => {
      assert.deepEqual(
        [operation, parameters["ProductKey"], parameters["PageSize"]],
        ["QueryDevice", "a1", 50],
      );
      return pageOf(rowsOf("a1", count), parameters, "DeviceInfo");
    });

  it("are listed page by page, and kept for a minute", async () => {
    const platform = paged(120);
    const found = await find(platform, product);
    assert.deepEqual([found.length, platform.asked.length], [120, 3]);
    assert.deepEqual(found[119], { productKey: "a1", deviceName: "d119", iotId: "id-a1-119" });
    platform.now = 59_000;
    assert.notEqual((await find(platform, product))[0], found[0], "messages do not share what is theirs");
    assert.equal(platform.asked.length, 3);
    platform.now = 61_000;
    await find(platform, product);
    assert.equal(platform.asked.length, 6);
  });

  it("are listed once for messages that want them at the same time", async () => {
    const platform = paged(120);
    const found = await Promise.all([find(platform, product), find(platform, product)]);
    assert.deepEqual([found[0].length, found[1].length, platform.asked.length], [120, 120, 3]);
  });

  it("are those that a dialog has just listed, if it has listed all", async () => {
    const platform = paged(60);
    const { catalog } = platform;
    const search = { text: "no such", offset: 0, limit: 1 };
    while ((await catalog.devices("a1", search)).isLoading);
    assert.equal(platform.asked.length, 2);
    assert.equal((await find(platform, product)).length, 60);
    assert.equal(platform.asked.length, 2);
  });

  it("may be none", async () => assert.deepEqual(await find(paged(0), product), []));

  it("are refused after one call where there are more than 100,000", async () => {
    const platform = new FleetPlatform(() => ({ ...pageOf(rowsOf("a1", 50), {}), Total: 100_001 }));
    const { code, hint } = await failureOf(find(platform, product));
    assert.deepEqual([code, hint, platform.asked.length], ["invalid-input", "hints.fleet-many-found", 1]);
  });

  it("are refused where the platform does not say how many there are, once 100,000 have come", async () => {
    let next = 0;
    const platform = new FleetPlatform(() => ({
      Data: { DeviceInfo: rowsOf("a1", 5000, next++ * 5000) },
      NextToken: `t${next}`,
    }));
    assert.equal((await failureOf(find(platform, product))).hint, "hints.fleet-many-found");
    assert.equal(platform.asked.length, 21);
  });

  it("are read on by tokens, of which the platform gives none with the last page", async () => {
    const platform = new FleetPlatform((_operation, { NextToken = "0" }) => {
      const page = Number(NextToken);
      const more = page < 3 ? { NextToken: String(page + 1) } : {};
      return {
        Data: { DeviceInfo: rowsOf("a1", 50, page * 50) },
        Total: 200,
        PageCount: 4,
        Page: 1,
        ...more,
      };
    });
    assert.equal((await find(platform, product)).length, 200);
    assert.equal(platform.asked.length, 4);
  });

  it("are each there once, and all there, where others come and go while they are listed", async () => {
    const rows = rowsOf("a1", 200);
    const platform = new FleetPlatform((_operation, parameters) => {
      const page = pageOf(rows, parameters);
      if (platform.asked.length === 1) rows.shift(); // d50 moves to the page that was just read
      if (platform.asked.length === 2) rows.unshift(...rowsOf("a1", 2, 900));
      return page;
    });
    const found = named(await find(platform, product));
    assert.equal(new Set(found).size, found.length);
    for (const { DeviceName } of rows) assert.ok(found.includes(`a1/${DeviceName}`), DeviceName);
  });

  it("are all there whatever else comes and goes while they are listed for the first time", async () => {
    const change = fc.record({ removed: fc.array(fc.nat(299), { maxLength: 3 }), added: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 6 }), fc.boolean(), async (changes, areTokens) => {
        let rows = rowsOf("a1", 300);
        let added = 1000;
        const first = rows;
        const platform = new FleetPlatform((_operation, parameters) => {
          const { NextToken = "1" } = parameters;
          // A token may hold no more than the number of a page.
          const position = areTokens ? { ...parameters, CurrentPage: Number(NextToken) } : parameters;
          const page = pageOf(rows, position, "DeviceInfo");
          const next =
            Number(NextToken) * 50 < rows.length ? { NextToken: String(Number(NextToken) + 1) } : {};
          const { removed = [], added: more = 0 } = changes[platform.asked.length - 1] ?? {};
          rows = rows.filter(({ DeviceName }) => !removed.includes(Number(DeviceName.slice(1))));
          // At the front, as the platform lists the newest first.
          if (more > 0) rows = [...rowsOf("a1", more, (added += more)), ...rows];
          return areTokens ? { ...page, ...next } : page;
        });
        const found = named(await find(platform, product));
        assert.equal(new Set(found).size, found.length);
        const stayed = first.filter((row) => rows.includes(row));
        for (const { DeviceName } of stayed) assert.ok(found.includes(`a1/${DeviceName}`), DeviceName);
      }),
      { numRuns: 200 },
    );
  });

  const endless: [string, (call: number) => object, number][] = [
    ["a token that repeats", (n) => ({ Data: { DeviceInfo: rowsOf("a1", 1, n) }, NextToken: "again" }), 2],
    [
      "the same page with ever new tokens",
      (n) => ({ Data: { DeviceInfo: rowsOf("a1", 1) }, NextToken: `t${n}` }),
      4,
    ],
    ["the same page by numbers", () => ({ Data: { DeviceInfo: rowsOf("a1", 1) }, PageCount: 1e9 }), 8],
    ["empty pages", (n) => ({ Data: {}, NextToken: `t${n}`, Total: 5 }), 6],
  ];
  for (const [what, body, max] of endless) {
    it(`end at ${what}`, async () => {
      const platform = new FleetPlatform(() => body(platform.asked.length));
      await find(platform, product);
      assert.ok(platform.asked.length <= max, `${platform.asked.length} calls`);
    });
  }

  it("are not listed on once nobody waits for them, but for those who still do", async () => {
    const waiting: (() => void)[] = [];
    const platform = new FleetPlatform(async (_operation, parameters) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return pageOf(rowsOf("a1", 500), parameters);
    });
    const [first, second] = [new Cancellation(), new Cancellation()];
    const findings = [first, second].map((signal) => findTargets(product, platform.sources, signal));
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const answer = async (): Promise<void> => {
      await turn();
      for (const resolve of waiting.splice(0)) resolve();
      await turn();
    };
    first.abort();
    await assert.rejects(findings[0]!, { code: "closed", outcome: "not-sent" });
    await answer();
    assert.equal(platform.asked.length, 2, "the other one waits");
    second.abort();
    await assert.rejects(findings[1]!, { code: "closed" });
    await answer();
    await answer();
    assert.equal(platform.asked.length, 2);
    // Whoever asks next does not get the failure of those who left.
    const third = findTargets(product, platform.sources);
    for (let page = 0; page < 10; page++) await answer();
    assert.equal((await third).length, 500);
  });

  it("that cannot be listed are an ordinary failure, of which the platform is not asked at once again", async () => {
    const platform = new FleetPlatform(() => {
      throw refusal("iot.prod.NotExistedProduct");
    });
    for (let message = 0; message < 10; message++) {
      const { code, category, hint } = await failureOf(find(platform, product));
      assert.deepEqual([code, category, hint], ["iot.prod.NotExistedProduct", "not-found", "hints.product"]);
    }
    assert.equal(platform.asked.length, 1);
    platform.now += 3001;
    await failureOf(find(platform, product));
    assert.equal(platform.asked.length, 2);
  });
});

interface Cloud {
  groups?: { id: string; type?: string; rows: ReturnType<typeof rowsOf> }[];
  /** What the platform says to the operation that is wrong for a kind of group. */
  wrongKind?: "refused" | "empty";
  deny?: string[];
  hasInstanceId?: boolean;
  maxPageSize?: number;
}

const dynamic = "LINK_PLATFORM_DYNAMIC";

function cloud({ groups = [], wrongKind = "refused", deny = [], ...more }: Cloud): FleetPlatform {
  const { hasInstanceId = true, maxPageSize = 200 } = more;
  const devicesOf = (id: unknown, isDynamic: boolean): ReturnType<typeof rowsOf> => {
    const group = groups.find((one) => one.id === id);
    if (group && (group.type === dynamic) === isDynamic) return group.rows;
    if (group && wrongKind === "empty") return [];
    throw refusal("iot.group.NotExistedGroup");
  };
  const answer = (operation: string, parameters: Parameters): object => {
    if (deny.includes(operation)) throw refusal("Forbidden.RAM");
    switch (operation) {
      case "QueryDeviceGroupList": {
        const wanted = Array.isArray(parameters["GroupTypes"]) ? dynamic : undefined;
        const listed = groups.filter(({ type }) => type === wanted);
        return {
          Data: {
            GroupInfo: listed.map(({ id, type }) => ({
              GroupId: id,
              GroupName: `name of ${id}`,
              GroupType: type,
            })),
          },
          PageCount: 1,
          Total: listed.length,
        };
      }
      case "QueryDeviceListByDeviceGroup":
        if (Number(parameters["PageSize"]) > maxPageSize) throw refusal("iot.common.InvalidPageParams");
        return pageOf(devicesOf(parameters["GroupId"], false), parameters);
      case "QueryDynamicGroupDevices":
        if (!hasInstanceId) throw refusal("MissingIotInstanceId");
        return pageOf(devicesOf(parameters["GroupId"], true), parameters);
      default:
        return assert.fail(operation);
    }
  };
  return new FleetPlatform(answer, { hasInstanceId });
}

describe("the devices of a group", () => {
  const mixed = [...rowsOf("a1", 130), ...rowsOf("b2", 130)];
  const fixed = { id: "fixed", rows: mixed };
  const moving = { id: "moving", type: dynamic, rows: mixed };
  const expected = mixed.map(({ ProductKey, DeviceName }) => `${ProductKey}/${DeviceName}`);
  const group = (groupId: string): Selection => ({ by: "group", groupId });

  for (const { id } of [fixed, moving]) {
    it(`are found in a ${id} group, of several products, and kept`, async () => {
      const platform = cloud({ groups: [fixed, moving] });
      assert.deepEqual(named(await find(platform, group(id))), expected);
      const wrong = id === "fixed" ? "QueryDynamicGroupDevices" : "QueryDeviceListByDeviceGroup";
      assert.equal(platform.count(wrong), 0, "the list of groups tells the kind");
      const { length } = platform.asked;
      await find(platform, group(id));
      assert.equal(platform.asked.length, length);
    });

    for (const wrongKind of ["refused", "empty"] as const) {
      it(`are found in a ${id} group where groups cannot be listed, and the wrong question is ${wrongKind}`, async () => {
        const platform = cloud({ groups: [fixed, moving], wrongKind, deny: ["QueryDeviceGroupList"] });
        assert.deepEqual(named(await find(platform, group(id))), expected);
      });
    }
  }

  it("are found in a dynamic group without the permission for static ones", async () => {
    const deny = ["QueryDeviceGroupList", "QueryDeviceListByDeviceGroup"];
    assert.deepEqual(named(await find(cloud({ groups: [moving], deny }), group("moving"))), expected);
  });

  it("are found where the platform takes smaller pages of static groups", async () => {
    const platform = cloud({ groups: [fixed], maxPageSize: 50 });
    assert.deepEqual(named(await find(platform, group("fixed"))), expected);
  });

  it("may be none", async () => {
    const empty = { id: "empty", rows: [] };
    assert.deepEqual(await find(cloud({ groups: [empty] }), group("empty")), []);
    const unlisted = cloud({ groups: [empty], deny: ["QueryDeviceGroupList"] });
    assert.deepEqual(await find(unlisted, group("empty")), []);
  });

  const failures: [what: string, Cloud, code: string, hint: string][] = [
    ["no such group", {}, "iot.group.NotExistedGroup", "hints.group"],
    [
      "no permission",
      { groups: [fixed], deny: ["QueryDeviceListByDeviceGroup"] },
      "Forbidden.RAM",
      "hints.permission",
    ],
    [
      "a dynamic group of an account without instance ID",
      { groups: [{ ...moving, id: "fixed" }], hasInstanceId: false },
      "MissingIotInstanceId",
      "hints.group-instance",
    ],
  ];
  for (const [what, given, code, hint] of failures) {
    it(`fail as one message for ${what}, and say what to do`, async () => {
      const failure = await failureOf(find(cloud(given), group("fixed")));
      assert.deepEqual([failure.code, failure.hint], [code, hint]);
    });
  }

  it("that is the wrong one in upper and lower case is not taken for the right one", async () => {
    const platform = cloud({ groups: [{ ...moving, id: "FIXED" }, fixed] });
    assert.deepEqual(named(await find(platform, group("fixed"))), expected);
    assert.equal(platform.count("QueryDynamicGroupDevices"), 0);
  });
});

describe("the devices with tags", () => {
  const rooms: Record<string, ReturnType<typeof rowsOf>> = {
    "floor=2": rowsOf("a1", 120),
    "kind=valve": [...rowsOf("a1", 10, 100), ...rowsOf("b2", 30)],
  };
  const platform = (): FleetPlatform =>
    new FleetPlatform((operation, parameters) => {
      assert.deepEqual([operation, parameters["PageSize"]], ["QueryDeviceByTags", 50]);
      const tag = `${String(parameters["Tag.1.TagKey"])}=${String(parameters["Tag.1.TagValue"])}`;
      assert.equal(parameters["Tag.2.TagKey"], undefined);
      return pageOf(rooms[tag] ?? [], parameters);
    });

  it("are listed page by page, and kept", async () => {
    const cloudOfTags = platform();
    assert.equal((await find(cloudOfTags, { by: "tags", tags: { floor: "2" } })).length, 120);
    await find(cloudOfTags, { by: "tags", tags: { floor: "2" } });
    assert.equal(cloudOfTags.asked.length, 3);
  });

  it("have all of several tags, whichever way the platform would take them", async () => {
    const found = await find(platform(), { by: "tags", tags: { floor: "2", kind: "valve" } });
    assert.deepEqual(
      named(found),
      rowsOf("a1", 10, 100).map(({ DeviceName }) => `a1/${DeviceName}`),
    );
    assert.deepEqual(await find(platform(), { by: "tags", tags: { floor: "2", kind: "lamp" } }), []);
  });
});
