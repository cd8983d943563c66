import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { readDefinition } from "../../../lib/simulator/definition/definition-reader";
import { Simulator, SimulatorInputError } from "../../../lib/simulator/simulator";
import { fieldFleet, fleetProduct, lampFleet, lampName } from "../../support/fleet-definition";
import { acs3, assertSucceeded } from "../wire";

const actions = ["InvokeThingsService", "SetDevicesProperty"];
const read = (definition: unknown): ReturnType<typeof readDefinition> =>
  readDefinition(definition, process.cwd(), actions);
const devicesOf = (definition: unknown) => read(definition).products.flatMap((product) => product.devices);

describe("a simulator file with many devices", () => {
  it("generates as many as it says, numbered, with all that they share", () => {
    const devices = devicesOf(
      lampFleet(1000, { namePattern: "lamp-###", nickname: "Lamp no. ##", tags: { street: "1" } }),
    );
    assert.equal(devices.length, 1000);
    const [first] = devices;
    assert.deepEqual(
      [first?.deviceName, first?.nickname, first?.status],
      ["lamp-001", "Lamp no. 01", "ONLINE"],
    );
    const last = devices.at(-1);
    assert.deepEqual([last?.deviceName, last?.nickname], ["lamp-1000", "Lamp no. 1000"]);
    assert.equal(new Set(devices.map(({ deviceName }) => deviceName)).size, 1000);
    // Shared, not copied: it is to be cheap in memory.
    assert.ok(devices.every(({ tags }) => tags === first?.tags));
  });

  it("variants are as many as their shares say, others for another seed, the same for the same one", () => {
    const kinds = (seed: number): string =>
      devicesOf(fieldFleet(1000, { seed }))
        .map(({ status, services }) => {
          const { code, delayMs } = services?.Reboot ?? {};
          return status === "OFFLINE" ? "o" : code ? "f" : delayMs ? "s" : ".";
        })
        .join("");
    const drawn = kinds(1);
    const count = (kind: string): number => drawn.split(kind).length - 1;
    assert.deepEqual([count("o"), count("f"), count("s"), count(".")], [50, 20, 10, 920]);
    assert.equal(kinds(1), drawn);
    assert.notEqual(kinds(2), drawn);
    assert.ok(!drawn.startsWith("o".repeat(50)), "they are mixed");
  });

  it("any shares and any number give that number of devices", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.double({ min: 0, max: 0.33, noNaN: true }), { maxLength: 3 }),
        fc.integer({ min: 0, max: 4_294_967_295 }),
        (count, shares, seed) => {
          const variants = shares.map((share) => ({ share, status: "OFFLINE" as const }));
          const devices = devicesOf({ ...lampFleet(count, { variants }), seed });
          assert.equal(new Set(devices.map(({ deviceName }) => deviceName)).size, count);
          const offline = Math.round(shares.reduce((sum, share) => sum + share, 0) * count);
          assert.equal(devices.filter(({ status }) => status === "OFFLINE").length, offline);
        },
      ),
      { examples: [[2, [0.33, 0.33, 0.33], 1]] },
    );
  });

  const product = (more: object) => ({ products: [{ productKey: "p", ...more }] });
  const generated = (more: object) =>
    product({ generatedDevices: [{ count: 3, namePattern: "d-#", ...more }] });
  const at = "products[0].generatedDevices[0]";
  const mistakes: [unknown, string][] = [
    [generated({ count: 0 }), `${at}.count: expected an integer from 1 to 1000000, got 0`],
    [
      generated({ namePattern: "d" }),
      `${at}.namePattern: expected one run of # for the number, such as lamp-####`,
    ],
    [
      generated({ namePattern: "#-#" }),
      `${at}.namePattern: expected one run of # for the number, such as lamp-####`,
    ],
    [generated({ deviceName: "d" }), `${at}.deviceName: unknown key here: namePattern names these devices`],
    [
      generated({ variants: [{ share: 2 }] }),
      `${at}.variants[0].share: expected a number from 0 to 1, got 2`,
    ],
    [generated({ variants: [{}] }), `${at}.variants[0].share: expected a number from 0 to 1, got nothing`],
    [
      generated({ variants: [{ share: 0.6 }, { share: 0.7 }] }),
      `${at}.variants: their shares are more than 1 together`,
    ],
    [
      generated({ variants: [{ share: 0.5, status: "AWAY" }] }),
      `${at}.variants[0].status: expected one of ONLINE, OFFLINE, UNACTIVE, DISABLE, got "AWAY"`,
    ],
    [generated({ groups: ["g"] }), `${at}.groups[0]: there is no static group with this groupId in the file`],
    [
      product({ devices: [{ deviceName: "d-2" }], generatedDevices: [{ count: 3, namePattern: "d-#" }] }),
      `${at}.namePattern: "d-2" occurs more than once`,
    ],
    [
      product({ devices: [{ deviceName: "d", propertySet: { delayMs: 9, maxDelayMs: 8 } }] }),
      "products[0].devices[0].propertySet.maxDelayMs: expected an integer from 9 to 86400000, got 8",
    ],
    [
      product({ devices: [{ deviceName: "d", tags: { floor: 1 } }] }),
      "products[0].devices[0].tags.floor: expected a text, got 1",
    ],
    [
      { groups: [{ groupId: "g", dynamic: { status: "ONLINE" } }], ...generated({ groups: ["g"] }) },
      `${at}.groups[0]: there is no static group with this groupId in the file`,
    ],
    [{ groups: [{ groupId: "g" }, { groupId: "g" }] }, 'groups[1].groupId: "g" occurs more than once'],
    [
      { groups: [{ groupId: "g", superGroupId: "h" }] },
      "groups[0].superGroupId: there is no such group in this file",
    ],
    [
      { groups: [{ groupId: "g", dynamic: {} }] },
      "groups[0].dynamic: expected at least one of productKey, status, namePrefix, tags",
    ],
    [{ limits: "none" }, 'limits: expected "platform" or an object'],
    [
      { limits: { SetDevicesProperty: 0 } },
      "limits.SetDevicesProperty: expected an integer from 1 to 1000000, got 0",
    ],
    [
      { limits: { Explode: 1 } },
      "limits.Explode: unknown key; known are toOneDevice, InvokeThingsService, SetDevicesProperty",
    ],
    [
      { batchWithBadName: "ignore" },
      'batchWithBadName: expected one of refuse-all, refuse-rest, skip, got "ignore"',
    ],
    [{ tagMatch: "some" }, 'tagMatch: expected one of all, any, got "some"'],
    [{ keptExecutions: -1 }, "keptExecutions: expected an integer from 0 to 10000000, got -1"],
  ];
  for (const [definition, message] of mistakes) {
    it(`with a mistake is refused: ${message.slice(0, 90)}`, () => {
      assert.throws(() => read(definition), new SimulatorInputError(message));
    });
  }

  it("an invalid expression of generated devices is named by its path", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "simulator-file-"));
    const file = path.join(folder, "fleet.json");
    const services = { Reboot: { data: "{ 1 +" } };
    const { products } = lampFleet(3, { variants: [{ share: 0.5, services }] });
    writeFileSync(file, JSON.stringify({ products }));
    try {
      await assert.rejects(Simulator.start({ file }), (error: Error) =>
        error.message.startsWith(
          `${file}: products[0].generatedDevices[0].variants[0].services.Reboot.data: not a JSONata expression`,
        ),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("keptExecutions limits what is remembered; the newest stay", async () => {
    const simulator = await Simulator.start({ definition: { ...lampFleet(100), keptExecutions: 500 } });
    try {
      const names = Array.from({ length: 100 }, (_none, n) => [`DeviceName.${n + 1}`, lampName(n + 1)]);
      const parameters = { ProductKey: fleetProduct, Identifier: "Reboot", Args: "{}" };
      const batch = { ...parameters, ...(Object.fromEntries(names) as Record<string, string>) };
      for (let call = 0; call < 30; call++)
        assertSucceeded(await acs3(simulator, "InvokeThingsService", batch));
      const { length } = simulator.executions;
      assert.ok(length >= 500 && length < 1500, `${length}`);
      assert.equal(simulator.executions.at(-1)?.deviceName, lampName(100));
    } finally {
      await simulator.close();
    }
  });
});
