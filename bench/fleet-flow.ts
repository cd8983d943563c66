import type { FlowNode } from "../test/support/admin";
import { at } from "./flows";

export const fleetKey = "a1BenchLamp1";
/** The services of a lamp: one that answers at once, one that answers later. */
export const fleetService = { sync: "Press", async: "Fade" } as const;

/** Remembers in the flow when the first command was sent and answers with what the report says. */
const sumUp = `
const { fleet } = msg;
const from = flow.get("from") ?? Date.now();
flow.set("from", undefined);
return { req: msg.req, res: msg.res, payload: { milliseconds: Date.now() - from, fleet, error: msg.error?.message } };
`;
const begin = `
const began = Date.now() - msg.payload.durationMs;
if (began < (flow.get("from") ?? Infinity)) flow.set("from", began);
`;

/** A flow with fleet nodes for both strategies, asked over HTTP, and with a button. */
export function fleetFlow({
  endpoint,
  amqpEndpoint,
}: {
  endpoint: string;
  amqpEndpoint: string;
}): FlowNode[] {
  const fleet = (strategy: string): FlowNode =>
    at(strategy, "aliyun-iot-fleet", {
      account: "account",
      operation: "service",
      service: fleetService.async,
      serviceType: "str",
      args: '{"Level":50}',
      argsType: "json",
      targets: "product",
      productKey: fleetKey,
      productKeyType: "str",
      strategy,
      awaitReply: true,
      subscription: "subscription",
      replyTimeout: 60,
      wires: [["sum"], ["sum"], ["begin"]],
    });
  return [
    { id: "tab", type: "tab", label: "bench" },
    // For its memory alone.
    at("driver", "bench-driver", { payloads: [], wires: [] }),
    {
      id: "account",
      type: "aliyun-iot-account",
      platform: "cloud",
      endpoint,
      credentialType: "access_key",
      timeout: 60,
    },
    {
      id: "subscription",
      type: "aliyun-iot-subscription",
      account: "account",
      endpoint: amqpEndpoint,
      consumerGroupId: "DEFAULT_GROUP",
      credits: 1000,
    },
    at("in", "http in", { url: "/fleet", method: "get", wires: [["which"]] }),
    at("which", "switch", {
      property: "req.query.strategy",
      propertyType: "msg",
      rules: [
        { t: "eq", v: "batch", vt: "str" },
        { t: "eq", v: "single", vt: "str" },
      ],
      checkall: "false",
      outputs: 2,
      wires: [["batch"], ["single"]],
    }),
    fleet("batch"),
    fleet("single"),
    at("begin", "function", { func: begin, outputs: 0, wires: [] }),
    at("sum", "function", { func: sumUp, outputs: 1, wires: [["out"]] }),
    at("press-in", "http in", { url: "/press", method: "get", wires: [["press"]] }),
    at("press", "aliyun-iot-invoke-service", {
      account: "account",
      target: "device",
      productKey: fleetKey,
      productKeyType: "str",
      deviceName: "button",
      deviceNameType: "str",
      service: fleetService.sync,
      serviceType: "str",
      args: '{"Level":1}',
      argsType: "json",
      wires: [["pressed"], ["pressed"]],
    }),
    at("pressed", "function", {
      func: "const { queuedMs, durationMs } = msg.invocation; return { req: msg.req, res: msg.res, payload: { milliseconds: msg.error ? 1e6 : queuedMs + durationMs } };",
      outputs: 1,
      wires: [["out"]],
    }),
    at("out", "http response", { statusCode: "200", headers: {}, wires: [] }),
  ];
}
