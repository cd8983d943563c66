/** What all contenders send and are answered. */
export const keys = { accessKeyId: "testid", accessKeySecret: "testsecret" };
export const target = { productKey: "a1BwAGV0001", deviceName: "light01" };
export const service = "FadeTo";
export const args = { Level: 80.5, DurationMs: 500, Curve: 1 };

/** Args of some 5 KB, as a plan for a whole day has. */
export const largeService = "SetPlan";
export const largeArgs = {
  Steps: Array.from({ length: 100 }, (_none, at) => ({ At: at * 900, Level: at + 0.5, Curve: at % 3 })),
};

const result = { code: 200, data: { OldLevel: 10.5, DoneAt: "1700000000000" }, id: "1", version: "1.0" };

const curve = { type: "enum", specs: { 0: "linear", 1: "ease-in", 2: "ease-out" } };
const level = { type: "double", specs: { min: "0", max: "100", step: "0.1", unit: "%" } };
const milliseconds = { type: "int", specs: { min: "0", max: "86400000", step: "1", unit: "ms" } };

const parameter = (identifier: string, dataType: object): object => ({
  identifier,
  name: identifier,
  dataType,
});

const property = (identifier: string, dataType: object): object => ({
  ...parameter(identifier, dataType),
  accessMode: "rw",
});

const steps = {
  type: "array",
  specs: {
    size: "256",
    item: {
      type: "struct",
      specs: [parameter("At", milliseconds), parameter("Level", level), parameter("Curve", curve)],
    },
  },
};

const thingModel = {
  profile: { productKey: target.productKey, version: "1" },
  properties: [property("Level", level), property("DurationMs", milliseconds), property("Curve", curve)],
  services: [
    {
      identifier: service,
      name: "Fade to",
      callType: "sync",
      inputData: [
        parameter("Level", level),
        parameter("DurationMs", milliseconds),
        parameter("Curve", curve),
      ],
      outputData: [parameter("OldLevel", level), parameter("DoneAt", { type: "date", specs: {} })],
    },
    {
      identifier: largeService,
      name: "Set plan",
      callType: "sync",
      inputData: [parameter("Steps", steps)],
      outputData: [parameter("OldLevel", level), parameter("DoneAt", { type: "date", specs: {} })],
    },
  ],
};

const answer = (data: object): Buffer => {
  const body = JSON.stringify({ RequestId: "57144BCF-09F4-4916-82B7-000000000001", Success: true, ...data });
  const head = [
    "HTTP/1.1 200 OK",
    "Content-Type: application/json;charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: keep-alive",
    "Date: Tue, 14 Nov 2023 22:13:20 GMT",
    "x-acs-request-id: 57144BCF-09F4-4916-82B7-000000000001",
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
};

/** The whole HTTP answer to each call of a service. */
export const callAnswer = answer({
  Code: "",
  Data: { MessageId: "1234567890123456789", Result: JSON.stringify(result) },
});

/** The whole HTTP answer to each property set. */
export const setAnswer = answer({ Code: "", Data: { MessageId: "1234567890123456789" } });

/** The whole HTTP answer to whoever asks for the thing model. */
export const modelAnswer = answer({ Data: { TslStr: JSON.stringify(thingModel) } });
