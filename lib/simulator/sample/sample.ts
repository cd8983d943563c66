import type { DeviceDefinition, SimulatorDefinition } from "../definition/definition";
import { inChinese } from "./chinese";
import { sampleGroups, valveGroup } from "./groups";
import { plantController, streetLights } from "./large";
import { doorSensor, lamp, roomSensor, waterValve } from "./models";
import { withProperties } from "./properties";

/** The lamp fades from the level that the last call set. */
const fade = `{
  "OldLevel": $exists(device.lastArgs.FadeTo) ? device.lastArgs.FadeTo.Level : 10,
  "DoneAt": $string($millis())
}`;
const measurement = `{
  "Temperature": $round(20 + $random() * 4, 1),
  "Humidity": $round(40 + $random() * 15, 1)
}`;
const setOpening = `{ "Percent": args.Percent, "MovedAt": $string($millis()) }`;
const valve: Partial<DeviceDefinition> = {
  services: { SetOpening: { delayMs: 20, data: setOpening } },
  tags: { use: "irrigation" },
  groups: [valveGroup],
};
const stuck = { delayMs: 200, code: 100002, message: "the valve is stuck" };
const stuckValve: Partial<DeviceDefinition> = {
  ...valve,
  services: { SetOpening: stuck, Flush: stuck },
  propertySet: stuck,
};

/** In which the names of the sample are; identifiers are the same in both. */
export type SampleLanguage = "en-US" | "zh-CN";

/**
 * The definition without a file: a lamp, a room sensor, water valves, a door, a device for each kind of failure, two large
 * products, and groups of devices.
 */
export function sampleDefinition(language: SampleLanguage = "en-US"): SimulatorDefinition {
  return language === "zh-CN" ? inChinese(sample()) : sample();
}

function sample(): SimulatorDefinition {
  return {
    accessKeys: [{ accessKeyId: "testid", accessKeySecret: "testsecret" }],
    instanceId: "",
    groups: sampleGroups,
    products: withProperties([
      {
        productKey: "a1BwAGV0001",
        productName: "Lamp",
        thingModel: lamp,
        devices: [
          {
            deviceName: "light01",
            iotId: "Q7uOhVRdZRRlDnTLv00100",
            nickname: "Living room 客厅",
            status: "ONLINE",
            services: {
              FadeTo: { delayMs: 20, data: fade, post: '{ "Brightness": args.Level }' },
              LoadScenes: { delayMs: 1000 },
              Reboot: { delayMs: 5000 },
            },
          },
          {
            deviceName: "light02",
            iotId: "Q7uOhVRdZRRlDnTLv00200",
            nickname: "Hall 门厅",
            status: "OFFLINE",
          },
          {
            deviceName: "light03",
            iotId: "Q7uOhVRdZRRlDnTLv00300",
            nickname: "Stairs, slow 楼梯",
            status: "ONLINE",
            services: { FadeTo: { delayMs: 9000, data: fade }, LoadScenes: { delayMs: 60_000 } },
          },
          {
            deviceName: "light04",
            iotId: "Q7uOhVRdZRRlDnTLv00400",
            nickname: "Cellar, broken 地下室",
            status: "ONLINE",
            services: { FadeTo: { code: 100001, message: "the lamp is broken" } },
          },
        ],
      },
      {
        productKey: "a1RoomSens01",
        productName: "Room sensor",
        thingModel: roomSensor,
        devices: [
          {
            deviceName: "room01",
            nickname: "Bedroom 卧室",
            status: "ONLINE",
            services: { Measure: { delayMs: 20, data: measurement } },
          },
          { deviceName: "room02", nickname: "Study 书房", status: "UNACTIVE" },
        ],
      },
      {
        productKey: "a1WaterValv1",
        productName: "Water valve",
        thingModel: waterValve,
        devices: [
          {
            deviceName: "valve01",
            nickname: "Garden 花园",
            status: "ONLINE",
            ...valve,
          },
          {
            deviceName: "valve02",
            nickname: "Greenhouse 温室",
            status: "ONLINE",
            ...valve,
          },
          { deviceName: "valve03", nickname: "Orchard 果园", status: "ONLINE", ...valve },
          { deviceName: "valve04", nickname: "Lawn 草坪", status: "ONLINE", ...valve },
          { deviceName: "valve05", nickname: "Terrace 露台", status: "OFFLINE", ...valve },
          { deviceName: "valve06", nickname: "Nursery, stuck 苗圃", status: "ONLINE", ...stuckValve },
        ],
      },
      {
        productKey: "a1DoorSens01",
        productName: "Door sensor",
        thingModel: doorSensor,
        devices: [{ deviceName: "door01", nickname: "Front door 大门", status: "ONLINE" }],
      },
      streetLights(),
      plantController(),
    ]),
    faults: [
      // The valve moves and the response is lost, once: the outcome is unknown.
      {
        action: "InvokeThingService",
        productKey: "a1WaterValv1",
        deviceName: "valve02",
        service: "SetOpening",
        times: 1,
        fault: "drop-after",
      },
      // For flows that notice when the account is throttled.
      {
        action: "InvokeThingService",
        productKey: "a1WaterValv1",
        deviceName: "valve04",
        service: "Flush",
        fault: "throttle",
        retryAfterMs: 200,
      },
    ],
  };
}
