import { Failure, type Text } from "../base/failure";
import type { Answer } from "../cloud/answer";
import type { Client, Parameters } from "../cloud/client";
import { type Action, actions } from "./ram-policy";
import { readFailure } from "./read-failure";

/** One step of a check, in the order in which they are made; the last four are those of a subscription. */
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
    | "clients";
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
const probes: Record<Action, Parameters> = {
  InvokeThingService: { ...nobody, Identifier: "ConnectionCheck", Args: "{}" },
  QueryProductList: { CurrentPage: 1, PageSize: 1 },
  QueryDevice: { ProductKey: nobody.ProductKey, PageSize: 1 },
  QueryDeviceDetail: nobody,
  GetThingModelTslPublished: { ProductKey: nobody.ProductKey },
  GetThingModelTsl: { ProductKey: nobody.ProductKey },
};

/** Checks step by step whether an account works. Takes up to about 15 s, and never rejects. */
export async function checkConnection(client: CheckedClient): Promise<CheckStep[]> {
  const first = await probe(client, "QueryProductList");
  const trouble = first && stepOf(first);
  if (first && trouble !== "permission") return until(trouble ?? "network", "failed", first);
  const offset = client.clockOffsetMs;
  const steps = until("instance", "ok").map((step) =>
    step.step === "clock" && offset !== 0 ? { ...step, ...clockWarning(offset) } : step,
  );
  const others = actions.filter((action) => action !== "QueryProductList");
  const answers = await Promise.all(others.map((action) => probe(client, action)));
  const permissions = new Map<Action, CheckStep>([
    ["QueryProductList", permission("QueryProductList", first)],
  ]);
  others.forEach((action, index) => permissions.set(action, permission(action, answers[index])));
  return [...steps, ...actions.map((action) => permissions.get(action)!)];
}

/** @returns why the call failed; undefined if it succeeded, or if only the product was missing */
async function probe(client: CheckedClient, action: Action): Promise<Failure | undefined> {
  const call = (): Promise<Answer> => client.call(action, probes[action], { timeout: probeTimeoutMs });
  try {
    await tryAgain(call);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return action !== "QueryProductList" && isOfNobody(error) ? undefined : error;
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

function permission(action: Action, failure: Failure | undefined): CheckStep {
  const step = { step: "permission", action } as const;
  if (!failure) return { ...step, state: "ok" };
  const isDenied = failure.category === "permission";
  const isNeeded = action === "InvokeThingService";
  if (!isDenied) return { ...step, state: "warning", ...explain(failure) };
  const text = { key: isNeeded ? "errors.permission-invoke" : "errors.permission-look-up" };
  return { ...step, state: isNeeded ? "failed" : "warning", text, hint: "hints.permission-policy" };
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
