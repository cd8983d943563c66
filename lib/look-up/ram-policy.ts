/** Every action that the package asks the platform for, the one that no node can do without first. */
export const actions = [
  "InvokeThingService",
  "QueryProductList",
  "QueryDevice",
  "QueryDeviceDetail",
  "GetThingModelTslPublished",
  "GetThingModelTsl",
] as const;

export type Action = (typeof actions)[number];

/** What a subscription needs beside them: its connection, and the picker of the consumer group. */
const subscriptionActions = ["sub", "QueryConsumerGroupList"];

/** The smallest RAM policy that allows all of it, as JSON to paste into the console (reference, 6.3: `iot:<ApiName>`). */
export function ramPolicy(): string {
  const Action = [...actions, ...subscriptionActions].map((action) => `iot:${action}`);
  return JSON.stringify({ Version: "1", Statement: [{ Effect: "Allow", Action, Resource: "*" }] }, null, 2);
}
