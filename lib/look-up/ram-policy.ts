/** The actions that calls and dialogs need, which the connection check tests; the first one is required for calls. */
export const actions = [
  "InvokeThingService",
  "QueryProductList",
  "QueryDevice",
  "QueryDeviceDetail",
  "GetThingModelTslPublished",
  "GetThingModelTsl",
] as const;

export type Action = (typeof actions)[number];

/**
 * Further actions for setting properties: to set them, and to read what became of that. Also for the test of the policy.
 */
export const propertyActions = [
  "SetDeviceProperty",
  "SetDeviceDesiredProperty",
  "QueryDevicePropertyStatus",
  "QueryDeviceDesiredProperty",
  "GetDeviceStatus",
] as const;

/** Further actions for subscriptions: to connect, to list consumer groups, and to see who else is connected. */
const subscriptionActions = ["sub", "QueryConsumerGroupList", "QueryConsumerGroupStatus"] as const;

/**
 * Every action as RAM writes it: the one list for the policy, and for the tests, which compare help and READMEs with
 * it.
 */
export const ramActions: readonly string[] = [...actions, ...propertyActions, ...subscriptionActions].map(
  (action) => `iot:${action}`,
);

/**
 * The smallest RAM policy that allows all of it, as JSON to paste into the console (docs/protocol.md, 6.3:
 * `iot:<ApiName>`).
 */
export function ramPolicy(): string {
  const statement = { Effect: "Allow", Action: ramActions, Resource: "*" };
  return JSON.stringify({ Version: "1", Statement: [statement] }, null, 2);
}
