import type { SimulatorDefinition } from "../../lib/simulator/simulator";

const number = (type: string, min: string, max: string) => ({ type, specs: { min, max, step: "1" } });
const param = (identifier: string, dataType: object) => ({ identifier, name: identifier, dataType });
const float = number("float", "0", "100");

/** A small house for the tests: what each test needs of it stands in one place. */
export function homeDefinition(): SimulatorDefinition & Required<Pick<SimulatorDefinition, "products">> {
  return {
    accessKeys: [
      { accessKeyId: "testid", accessKeySecret: "testsecret", deny: ["QueryDevice"] },
      { accessKeyId: "STS.NTuC9", accessKeySecret: "s3cr3t/+=", securityToken: "CAIS+/=token" },
      { accessKeyId: "STS.old", accessKeySecret: "oldsecret", securityToken: "old/token", expired: true },
      { accessKeyId: "asleep", accessKeySecret: "asleep", inactive: true },
    ],
    products: [
      {
        productKey: "a1House00001",
        productName: "House 房子",
        thingModel: {
          properties: [],
          services: [
            {
              identifier: "Open",
              callType: "sync",
              inputData: [param("Percent", float)],
              outputData: [
                param("Percent", float),
                param("Steps", { type: "array", specs: { item: float } }),
              ],
            },
            { identifier: "Ring", callType: "async", inputData: [], outputData: [] },
            { identifier: "Echo", callType: "sync", inputData: [param("Text", { type: "text" })] },
            { identifier: "set", callType: "async", method: "thing.service.property.set", inputData: [] },
          ],
        },
        devices: [
          {
            deviceName: "door",
            iotId: "IotIdOfTheDoor00100",
            services: {
              Open: { data: { Percent: 20, Steps: [1, 2.5] } },
              Echo: { data: "{ 'Text': args.Text }" },
            },
          },
          { deviceName: "gate", status: "OFFLINE" },
          { deviceName: "roof", status: "UNACTIVE" },
          { deviceName: "cellar", status: "DISABLE" },
          {
            deviceName: "garage",
            services: { Open: { code: 100001, message: "jammed", data: { Percent: 3 } } },
          },
          { deviceName: "attic", services: { Open: { bare: true, data: { Percent: 7 } } } },
        ],
      },
      { productKey: "a1NoModel001", devices: [{ deviceName: "box" }] },
    ],
  };
}

/** Parameters that open a door. */
export function open(deviceName = "door", percent = "20.0"): Record<string, string> {
  return {
    ProductKey: "a1House00001",
    DeviceName: deviceName,
    Identifier: "Open",
    Args: `{"Percent":${percent}}`,
  };
}
