import type { DeviceDefinition, SimulatorDefinition } from "../../lib/simulator/simulator";

type Tsl = Record<string, unknown>;

export const productKey = "a1Climate001";

const number = (type: string, min: string, max: string, unit?: string): Tsl => ({
  type,
  specs: { min, max, step: "1", ...(unit && { unit }) },
});
const property = (identifier: string, dataType: Tsl, accessMode = "rw"): Tsl => ({
  identifier,
  name: `${identifier} 属性`,
  accessMode,
  dataType,
});
const struct = {
  type: "struct",
  specs: [{ identifier: "Red", name: "Red", dataType: number("int", "0", "255") }],
};

/** Properties of every type, in two modules. */
const model: Tsl[] = [
  {
    profile: { productKey },
    properties: [
      property("Target", number("float", "5", "35", "°C")),
      property("Count", number("int", "0", "100")),
      property("Exact", number("double", "-1000", "1000")),
      property("Power", { type: "bool", specs: { "0": "Off", "1": "On" } }),
      property("Mode", { type: "enum", specs: { "0": "slow", "3": "fast" } }),
      property("Title", { type: "text", specs: { length: "8" } }),
      property("Since", { type: "date", specs: {} }),
      property("Color", struct),
      property("Levels", { type: "array", specs: { size: "2", item: { type: "float" } } }),
      property("Temperature", number("float", "-40", "80", "°C"), "r"),
    ],
    events: [
      {
        identifier: "Alarm",
        name: "Alarm 警报",
        type: "alert",
        outputData: [{ identifier: "Heat", name: "Heat", dataType: number("double", "0", "200") }],
      },
      { identifier: "Started", name: "Started", type: "info", outputData: [] },
    ],
    services: [
      { identifier: "Reset", name: "Reset", callType: "async", inputData: [], outputData: [] },
      { identifier: "Ping", name: "Ping", callType: "sync", inputData: [], outputData: [] },
    ],
  },
  {
    functionBlockId: "fan",
    properties: [property("Speed", number("int", "0", "9")), property("Target", number("int", "0", "9"))],
    events: [],
    services: [],
  },
];

/** A thermostat that behaves as `device` says, and one of each status. */
export function climateDefinition(device: Partial<DeviceDefinition> = {}): SimulatorDefinition {
  return {
    products: [
      {
        productKey,
        thingModel: model,
        devices: [
          { deviceName: "room", ...device },
          { deviceName: "away", ...device, status: "OFFLINE" },
          { deviceName: "new", status: "UNACTIVE" },
          { deviceName: "locked", status: "DISABLE" },
        ],
      },
      { productKey: "a1NoModel001", devices: [{ deviceName: "box" }] },
    ],
  };
}
