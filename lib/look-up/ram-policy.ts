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
const subscriptionActions = ["sub", "QueryConsumerGroupList"] as const;

/** Every action as RAM spells it: the one source of the policy, the help and the READMEs, as tests compare. */
export const ramActions: readonly string[] = [...actions, ...subscriptionActions].map(
  (action) => `iot:${action}`,
);

/** The smallest RAM policy that allows all of it, as JSON to paste into the console (docs/protocol.md, 6.3: `iot:<ApiName>`). */
export function ramPolicy(): string {
  const statement = { Effect: "Allow", Action: ramActions, Resource: "*" };
  return JSON.stringify({ Version: "1", Statement: [statement] }, null, 2);
}
