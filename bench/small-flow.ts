import type { FlowNode } from "../test/support/admin";
import { type FlowContender, flowContender, startBench } from "./contenders";
import { accountNode, at, flow, invokeNode, ownCredentials } from "./flows";
import { args, service, target } from "./wire";

/** Starts calls and waits in a Node-RED with little memory. */
export async function startSmall(
  endpoint: URL,
  amqpPort: number,
  { waiting, heapMegabytes }: { waiting: number; heapMegabytes: number },
): Promise<FlowContender> {
  const env = { NODE_OPTIONS: `--max-old-space-size=${heapMegabytes}` };
  return flowContender(await startBench(smallFlow(endpoint, amqpPort, waiting), ownCredentials, env));
}

/** Calls at an even pace, while messages wait for devices. */
function smallFlow(endpoint: URL, amqpPort: number, waiting: number): FlowNode[] {
  const [tab] = flow([]);
  return [
    tab!,
    at("steady", "bench-steady", { payload: args, waiting, wires: [["call"], ["wait"]] }),
    accountNode("account", endpoint),
    { ...invokeNode("call", "account", service, "error"), wires: [["steady"], ["steady"]] },
    {
      id: "subscription",
      type: "aliyun-iot-subscription",
      account: "account",
      endpoint: `amqp://127.0.0.1:${amqpPort}`,
      uid: "1",
      consumerGroupId: "DEFAULT_GROUP",
    },
    at("wait", "aliyun-iot-wait-until", {
      subscription: "subscription",
      target: "device",
      productKey: target.productKey,
      productKeyType: "str",
      deviceName: "topic",
      deviceNameType: "msg",
      kind: "property",
      identifier: "Level",
      identifierType: "str",
      condition: "eq",
      value: "payload",
      valueType: "msg",
      checkFirst: false,
      timeout: 3600,
      timeoutType: "num",
      wires: [["steady"], ["steady"]],
    }),
  ];
}
