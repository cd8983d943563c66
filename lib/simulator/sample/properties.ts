import type { DeviceDefinition, ProductDefinition } from "../definition/definition";
import { property, range } from "./tsl";

/** What the room sensor heats to. */
export const targetTemperature = property("TargetTemperature", "Target temperature", "rw", false, {
  ...range("float", "5", "35", "0.5", "°C"),
});
/** How far the water valve may open. */
export const openingLimit = property("OpeningLimit", "Opening limit", "rw", false, {
  ...range("float", "0", "100", "0.1", "%"),
});

/** Warmest in the afternoon of China, driest then, too. */
const climate = `(
  $warmth := 1 - $abs($floor(time / 60000) % 1440 - 480) / 960;
  {
    "Temperature": $round(20 + $warmth * 3.5 + $random() * 0.5, 1),
    "Humidity": $round(54 - $warmth * 12 + $random(), 1)
  }
)`;

/** Open and closed by turns, 20 s each. */
const byTurns = '{ "DoorState": $floor(time / 20000) % 2 }';

/** What devices have reported, and what they do when properties are set; by product and name. */
const behaviours: Record<string, Partial<DeviceDefinition>> = {
  "a1BwAGV0001/light01": {
    properties: { PowerSwitch: 1, Brightness: 10, ErrorCode: 0 },
    propertySet: { delayMs: 200 },
  },
  "a1BwAGV0001/light02": { properties: { PowerSwitch: 0, Brightness: 0, ErrorCode: 0 } },
  "a1BwAGV0001/light03": {
    properties: { PowerSwitch: 1, Brightness: 80, ErrorCode: 0 },
    propertySet: { delayMs: 9000 },
  },
  "a1BwAGV0001/light04": {
    properties: { PowerSwitch: 0, Brightness: 0, ErrorCode: 2 },
    propertySet: { delayMs: 20, code: 100001, message: "the lamp is broken" },
  },
  "a1RoomSens01/room01": {
    properties: { Temperature: 21.5, Humidity: 45, TargetTemperature: 21 },
    propertySet: { delayMs: 300 },
    posts: [{ everyMs: 5000, property: true, data: climate, past: { everyMs: 600_000, hours: 48 } }],
  },
  "a1DoorSens01/door01": {
    properties: { DoorState: 1 },
    posts: [{ everyMs: 5000, property: true, data: byTurns }],
  },
  "a1WaterValv1/valve01": {
    properties: { Opening: 0, OpeningLimit: 100 },
    propertySet: { delayMs: 500 },
  },
  // It does not get quite as far as it is told.
  "a1WaterValv1/valve02": {
    properties: { Opening: 0, OpeningLimit: 100 },
    propertySet: { delayMs: 500, post: '{ "OpeningLimit": $max([0, args.OpeningLimit - 5]) }' },
  },
  // It never answers.
  "a1StreetLt1/lamp-00002": { propertySet: { reply: "never", post: false } },
};

/** The products, with what their devices do with properties. */
export function withProperties(products: ProductDefinition[]): ProductDefinition[] {
  return products.map(({ productKey, devices = [], ...product }) => ({
    ...product,
    productKey,
    devices: devices.map((device) => {
      const behaviour = behaviours[`${productKey}/${device.deviceName}`];
      return behaviour ? { ...device, ...behaviour } : device;
    }),
  }));
}
