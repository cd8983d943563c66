import type { PropertySetDefinition, SimulatorDefinition } from "../../lib/simulator/definition/definition";

export const productKey = "a1Thermo0001";

const property = (identifier: string, dataType: object, accessMode = "rw") => ({
  identifier,
  name: identifier,
  accessMode,
  required: false,
  dataType,
});
const float = { type: "float", specs: { min: "-50", max: "100", step: "0.01" } };
const schedule = [
  { identifier: "Hour", name: "Hour", dataType: { type: "int", specs: { min: "0", max: "23" } } },
  { identifier: "Level", name: "Level", dataType: float },
];

/** A thermostat with a fan in a module of its own. */
const thermostatModel = [
  {
    profile: { productKey },
    properties: [
      property("Target", { type: "float", specs: { ...float.specs, unit: "°C" } }),
      property("Power", { type: "bool", specs: { 0: "off", 1: "on" } }),
      property("Count", { type: "int", specs: { min: "0", max: "100000" } }),
      property("Schedule", { type: "struct", specs: schedule }),
      property("Steps", { type: "array", specs: { size: "4", item: { type: "float" } } }),
      property("Temperature", float, "r"),
    ],
    services: [],
    events: [
      {
        identifier: "Overheat",
        name: "Overheat",
        type: "alert",
        outputData: [{ identifier: "Temperature", name: "Temperature", dataType: float }],
      },
    ],
  },
  {
    functionBlockId: "fan",
    functionBlockName: "fan",
    profile: { productKey },
    properties: [property("Speed", float), property("Rpm", { type: "int", specs: {} }, "r")],
    services: [],
    events: [],
  },
];

/** How each device takes what is set. */
const devices: Record<string, PropertySetDefinition & { isOffline?: boolean }> = {
  willing: {},
  early: { reply: "before" },
  late: { delayMs: 60, postDelayMs: 60 },
  stubborn: { post: { Target: 30.5 } },
  wavering: { post: "{ 'Target': 12.5 }" },
  mute: { post: false },
  silent: { reply: "never", post: false },
  unanswering: { reply: "never" },
  broken: { code: 100001, message: "jammed" },
  away: { isOffline: true },
};

export function thermostats(more: SimulatorDefinition["products"] = []): SimulatorDefinition {
  return {
    products: [
      {
        productKey,
        productName: "Thermostat",
        thingModel: thermostatModel,
        devices: Object.entries(devices).map(([deviceName, { isOffline = false, ...propertySet }]) => ({
          deviceName,
          iotId: `iot-${deviceName}`,
          status: isOffline ? ("OFFLINE" as const) : ("ONLINE" as const),
          propertySet,
        })),
      },
      ...more,
    ],
  };
}
