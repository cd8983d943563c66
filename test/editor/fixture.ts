import { sampleDefinition } from "../../lib/simulator/sample/sample";

export const hostileName = "<img src=x onerror=alert(1)>";
export const manyDevices = { productKey: "a1ManyLamps", productName: "Street of lamps" };

/** What the tests of the pickers look things up in. */
export function homeDefinition(): object {
  const { products = [], faults: _faults, ...rest } = sampleDefinition();
  const lamp = products[0]!;
  const hostileService = {
    identifier: "Boom",
    name: hostileName,
    desc: hostileName,
    callType: "async",
    inputData: [
      {
        identifier: "Level",
        name: hostileName,
        dataType: { type: "enum", specs: { 0: hostileName, 1: "</script>" } },
      },
    ],
    outputData: [{ identifier: "Echo", name: hostileName, dataType: { type: "text", specs: {} } }],
  };
  const hostileProperty = {
    identifier: "Mood",
    name: hostileName,
    accessMode: "rw",
    dataType: { type: "enum", specs: { 0: hostileName } },
  };
  const hostileEvent = { identifier: "Cry", name: hostileName, type: "alert", outputData: [] };
  return {
    ...rest,
    products: [
      lamp,
      {
        ...manyDevices,
        thingModel: lamp.thingModel,
        devices: Array.from({ length: 10_000 }, (_none, n) => ({
          deviceName: `lamp-${String(n).padStart(5, "0")}`,
          nickname: `Lamp ${n}`,
          status: n % 3 === 0 ? "OFFLINE" : "ONLINE",
        })),
      },
      {
        productKey: "a1Hostile01",
        productName: hostileName,
        thingModel: {
          profile: { productKey: "a1Hostile01" },
          properties: [hostileProperty],
          events: [hostileEvent],
          services: [hostileService],
        },
        devices: [{ deviceName: "bad01", nickname: hostileName, status: "ONLINE" }],
      },
    ],
  };
}
