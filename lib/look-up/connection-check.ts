import { Failure, type Text } from "../base/failure";
import type { Answer } from "../cloud/answer";
import type { Client, Parameters } from "../cloud/client";
import { commandActions, dialogActions, usualActions } from "./ram-policy";
import { readFailure } from "./read-failure";

/** One step of a check, in the order in which they are made; some are those of a subscription, the last one that of a coordination. */
export interface CheckStep {
  step:
    | "settings"
    | "network"
    | "clock"
    | "key"
    | "instance"
    | "permission"
    | "limits"
    | "host"
    | "group"
    | "login"
    | "clients"
    | "redis";
  /** The RAM action without `iot:`, for a permission. */
  action?: string;
  /** A warning does not prevent calls. */
  state: "ok" | "warning" | "failed";
  text?: Text | string;
  /** Key of the locale files: what to do about it. */
  hint?: string;
  /** Values of the hint's placeholders. */
  hintParams?: NonNullable<Text["params"]>;
}

/** The part of the client that a check needs. */
export type CheckedClient = Pick<Client, "call" | "clockOffsetMs">;

export const probeTimeoutMs = 5000;

/**
 * A product that cannot exist. RAM checks a call before the back end does, so the error "no such product" proves that the
 * call is permitted, and nothing can be carried out.
 */
const nobody = { ProductKey: "a1000000000", DeviceName: "connection-check" };
const nobodies = { ProductKey: nobody.ProductKey, DeviceName: [nobody.DeviceName] };
const noGroup = { GroupId: nobody.DeviceName, PageSize: 1 };
const noTime = { StartTime: 1, EndTime: 2, Asc: 1, PageSize: 1 };
const first = "QueryProductList";

/** Actions that are no operation of the API, such as `sub`, have none; the check of a subscription tries that one. */
const probes: Readonly<Record<string, Parameters>> = {
  InvokeThingService: { ...nobody, Identifier: "ConnectionCheck", Args: "{}" },
  [first]: { CurrentPage: 1, PageSize: 1 },
  QueryDevice: { ProductKey: nobody.ProductKey, PageSize: 1 },
  QueryDeviceDetail: nobody,
  GetThingModelTslPublished: { ProductKey: nobody.ProductKey },
  GetThingModelTsl: { ProductKey: nobody.ProductKey },
  InvokeThingsService: { ...nobodies, Identifier: "ConnectionCheck", Args: "{}" },
  SetDeviceProperty: { ...nobody, Items: '{"ConnectionCheck":0}' },
  SetDevicesProperty: { ...nobodies, Items: '{"ConnectionCheck":0}' },
  SetDeviceDesiredProperty: { ...nobody, Items: '{"ConnectionCheck":0}', Versions: "{}" },
  QueryDevicePropertyStatus: nobody,
  QueryDeviceDesiredProperty: { ...nobody, Identifier: ["ConnectionCheck"] },
  GetDeviceStatus: nobody,
  BatchGetDeviceState: nobodies,
  BatchQueryDeviceDetail: nobodies,
  QueryDeviceGroupList: { CurrentPage: 1, PageSize: 1 },
  QueryDeviceListByDeviceGroup: noGroup,
  QueryDynamicGroupDevices: noGroup,
  QueryDeviceByTags: { "Tag.1.TagKey": "connection-check", "Tag.1.TagValue": "none", PageSize: 1 },
  QueryDevicePropertyData: { ...nobody, ...noTime, Identifier: "ConnectionCheck" },
  QueryDevicePropertiesData: { ...nobody, ...noTime, Identifier: ["ConnectionCheck"] },
  QueryDeviceEventData: { ...nobody, ...noTime },
  QueryDeviceServiceData: { ...nobody, ...noTime },
  QueryConsumerGroupList: { CurrentPage: 1, PageSize: 1 },
  QueryConsumerGroupStatus: { GroupId: nobody.DeviceName },
};

/**
 * Checks step by step whether an account works. Takes up to about 15 s, and never rejects.
 * @param actions whose permissions are tested, as far as that does no harm
 */
export async function checkConnection(
  client: CheckedClient,
  actions: readonly string[] = usualActions,
): Promise<CheckStep[]> {
  const refusal = await probe(client, first);
  const trouble = refusal && stepOf(refusal);
  if (refusal && trouble !== "permission") return until(trouble ?? "network", "failed", refusal);
  const offset = client.clockOffsetMs;
  const steps = until("instance", "ok").map((step) =>
    step.step === "clock" && offset !== 0 ? { ...step, ...clockWarning(offset) } : step,
  );
  const tested = actions.filter((action) => Object.hasOwn(probes, action));
  const answer = async (action: string): Promise<CheckStep> =>
    permission(action, action === first ? refusal : await probe(client, action));
  return [...steps, ...(await Promise.all(tested.map(answer)))];
}

/** @returns why the call failed; undefined if it succeeded, or if only the product was missing */
async function probe(client: CheckedClient, action: string): Promise<Failure | undefined> {
  const call = (): Promise<Answer> => client.call(action, probes[action]!, { timeout: probeTimeoutMs });
  try {
    await tryAgain(call);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return action !== first && isOfNobody(error) ? undefined : error;
  }
}

/**
 * A first refusal may be one that the client recovers from, such as a wrong clock; a second call shows that.
 * @throws {Failure} of the second call
 */
export function tryAgain<T>(call: () => Promise<T>): Promise<T> {
  return call().catch((error: unknown) =>
    error instanceof Failure && error.category === "credentials" && error.retryable
      ? call()
      : Promise.reject(error),
  );
}

/** The platform looked for the product, so everything before that is right. */
function isOfNobody(failure: Failure): boolean {
  return (failure.category === "not-found" || failure.category === "input") && stepOf(failure) !== "instance";
}

/** Which step a failed call belongs to. */
export function stepOf({ category, code, hint }: Failure): CheckStep["step"] {
  if (hint === "hints.clock") return "clock";
  if (hint === "hints.instance" || hint === "hints.instance-type") return "instance";
  if (category === "permission") return "permission";
  if (category === "throttled") return "limits";
  if (code === "missing-credentials") return "settings";
  return category === "credentials" ? "key" : "network";
}

const order = ["settings", "network", "clock", "key", "instance"] as const;

/** The steps up to this one; those before it succeeded. */
function until(last: CheckStep["step"], state: CheckStep["state"], failure?: Failure): CheckStep[] {
  const position = order.findIndex((step) => step === last);
  const before = position < 0 ? order : order.slice(0, position);
  const steps: CheckStep[] = before.map((step) => ({ step, state: "ok" }));
  return [...steps, { step: last, state, ...(failure && explain(failure)) }];
}

function permission(action: string, failure: Failure | undefined): CheckStep {
  const step = { step: "permission", action } as const;
  if (!failure) return { ...step, state: "ok" };
  if (failure.category !== "permission") return { ...step, state: "warning", ...explain(failure) };
  const state = commandActions.includes(action) ? "failed" : "warning";
  return { ...step, state, text: { key: deniedText(action) }, hint: "hints.permission-policy" };
}

/** What does not work without a permission. */
function deniedText(action: string): string {
  if (action === "InvokeThingService" || action === "InvokeThingsService") return "errors.permission-invoke";
  if (commandActions.includes(action)) return "errors.permission-set";
  return dialogActions.includes(action) ? "errors.permission-look-up" : "errors.permission-read";
}

export function clockWarning(offsetMs: number): Pick<CheckStep, "state" | "text" | "hint"> {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const key = offsetMs > 0 ? "errors.clock-slow" : "errors.clock-fast";
  return { state: "warning", text: { key, params: { minutes } }, hint: "hints.clock-mended" };
}

export function explain(failure: Failure): Pick<CheckStep, "text" | "hint" | "hintParams"> {
  const { text, hint, hintParams } = readFailure(failure);
  return { text, ...(hint !== undefined && { hint }), ...(hintParams && { hintParams }) };
}
