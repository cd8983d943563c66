import assert from "node:assert/strict";
import { warningsOf } from "../support/nodes";
import { ReadFlows } from "../support/read-flow";
import { type Answers, ReadServer } from "../support/read-server";

const time = Date.now() - 5000;
const tsl = (id: string): object => ({
  ...(id && { functionBlockId: id }),
  properties: [
    { identifier: "Speed", name: "Speed", accessMode: "rw", dataType: { type: "int", specs: {} } },
  ],
  events: [],
  services: [],
});
const modules = ["", "fan", "lamp"];

describe("read-device node: all properties of all modules", () => {
  const home = new ReadServer();
  let asked: string[] = [];
  afterEach(() => home.close());

  /** A platform whose thing model names its modules, or one without a thing model. */
  const answers =
    (hasModel: boolean): Answers =>
    (action, parameters) => {
      const id = parameters.get("FunctionBlockId") ?? "";
      const history = { Time: time, Value: "7" };
      if (action.startsWith("GetThingModel")) {
        if (!hasModel) return undefined;
        const TslStr = JSON.stringify(id === "" ? modules.map(tsl) : tsl(id));
        return { Data: { TslStr } };
      }
      asked.push(`${action} ${id}`.trim());
      const Identifier = id === "" ? "Speed" : `${id}:Speed`;
      const row = { Identifier, DataType: "int", Value: "7", Version: 2, Time: String(time) };
      const PropertyDataInfo = [...parameters]
        .filter(([key]) => key.startsWith("Identifier"))
        .map(([, name]) => ({ Identifier: name, List: { PropertyInfo: [history] } }));
      return {
        Data: { List: { PropertyStatusInfo: [row], DesiredPropertyInfo: [row], PropertyInfo: [history] } },
        PropertyDataInfos: { PropertyDataInfo },
      };
    };
  const run = async (settings: Record<string, unknown>, hasModel: boolean) => {
    asked = [];
    const flow = await home.flow(settings, answers(hasModel));
    const warnings = warningsOf(flow.node.id);
    const [first] = [await flow.run({}), await flow.run({})];
    return { msg: first.msg, warnings };
  };

  const value = { value: 7, time };
  const version = { ...value, version: 2 };
  for (const [what, operation, whole, only] of [
    [
      "properties",
      "QueryDevicePropertyStatus",
      { items: { Speed: value, "fan:Speed": value, "lamp:Speed": value } },
      { items: { Speed: value } },
    ],
    [
      "desired",
      "QueryDeviceDesiredProperty",
      { items: { Speed: version, "fan:Speed": version, "lamp:Speed": version } },
      { items: { Speed: version } },
    ],
    [
      "property-history",
      "",
      { Speed: [value], "fan:Speed": [value], "lamp:Speed": [value] },
      { Speed: [value] },
    ],
  ] as const) {
    it(`${what}: reads every module that the thing model names, with one call each, and joins them`, async () => {
      const { msg, warnings } = await run({ what }, true);
      assert.deepEqual(msg.payload, whole, msg.error?.message);
      assert.equal(msg.invocation && "modulesUnknown" in msg.invocation, false);
      assert.deepEqual(warnings, []);
      if (operation)
        assert.deepEqual(asked.slice(0, 3).toSorted(), [operation, `${operation} fan`, `${operation} lamp`]);
    });

    it(`${what}: reads the default module where there is no thing model, and says that there may be more`, async () => {
      const { msg, warnings } = await run({ what }, false);
      assert.deepEqual(msg.payload, only, msg.error?.message);
      assert.equal(msg.invocation?.modulesUnknown, true);
      assert.equal(warnings.length, 1, "once for both messages");
      assert.match(warnings[0]!, /custom modules may be missing/);
    });
  }

  it("says nothing of modules where identifiers are named, or none are properties", async () => {
    for (const settings of [
      { identifiers: "Speed" },
      { what: "event-history" },
      { what: "service-history" },
    ]) {
      const { msg, warnings } = await run(settings, false);
      assert.equal(msg.error, undefined);
      assert.equal(msg.invocation && "modulesUnknown" in msg.invocation, false);
      assert.deepEqual(warnings, []);
    }
  });

  it("also reads a module that an earlier message has named, until the platform no longer has it", async () => {
    const climate = await ReadFlows.start();
    try {
      climate.post({ Count: { value: 7, time }, "fan:Speed": { value: 4, time } });
      const flow = await climate.flow({ identifiers: "names", identifiersType: "msg" });
      const itemsOf = async (names?: string): Promise<unknown> => (await flow.run({ names })).msg.payload;
      const count = { Count: { value: 7, time } };
      assert.deepEqual(await itemsOf(), { items: count });
      await itemsOf("fan:Speed");
      assert.deepEqual(await itemsOf(), { items: { ...count, "fan:Speed": { value: 4, time } } });
      climate.simulator.addFault({
        fault: "server-error",
        code: "iot.common.InvalidFormattedParameter",
        action: "QueryDevicePropertyStatus",
        skip: 1,
      } as never);
      assert.deepEqual(await itemsOf(), { items: count });
    } finally {
      await climate.close();
    }
  });
});
