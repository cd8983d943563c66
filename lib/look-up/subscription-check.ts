import { Failure } from "../base/failure";
import { isObject } from "../base/json";
import { identifierText } from "../base/text";
import { type Answer, field } from "../cloud/answer";
import type { Catalog } from "./catalog";
import {
  type CheckedClient,
  type CheckStep,
  clockWarning,
  explain,
  probeTimeoutMs,
  stepOf,
  tryAgain,
} from "./connection-check";

/** How the ids of clients begin that only check; they receive nothing. */
export const checkClientPrefix = "node-red-check-";

/** A subscription that is to be checked. */
interface SubscriptionTrial {
  client: CheckedClient;
  catalog: Pick<Catalog, "consumerGroups">;
  consumerGroupId: string;
  /** Whether the host is made from the account number, which only the login can prove. */
  isHostOfUid: boolean;
  /** Ids of the clients that share the messages on purpose: those of this Node-RED. */
  ownClients: ReadonlySet<string>;
  /** Logs in once, without taking a message; answers why that failed. */
  login(): Promise<Failure | undefined>;
}

/** What the API says about the group, as far as it may be asked. */
interface GroupStatus {
  failure?: Failure;
  /** Ids of the connected clients. */
  clients?: string[];
}

/**
 * Checks step by step whether a subscription works. The platform refuses every login with the same words, so the API
 * has to tell why; a login that works proves everything, whatever the API says. Takes up to about 20 s, and never
 * rejects.
 */
export async function checkSubscription(trial: SubscriptionTrial): Promise<CheckStep[]> {
  const status = await statusOf(trial);
  const trouble = status.failure && stepOf(status.failure);
  if (status.failure && (trouble === "settings" || isOfKey(trouble))) {
    return until(trouble, explain(status.failure));
  }
  const refusal = await trial.login();
  const offset = trial.client.clockOffsetMs;
  const clock: CheckStep[] = offset === 0 ? [] : [{ step: "clock", ...clockWarning(offset) }];
  if (!refusal) return [...clock, ...until("done"), ...clientStep(trial, status)];
  // What an unreachable API leaves open is not said to be right.
  const isKeyKnown = status.clients !== undefined || hasAnswered(status.failure);
  const steps = await explainRefusal(trial, refusal, status);
  return [...clock, ...steps.filter(({ step, state }) => isKeyKnown || state !== "ok" || !isOfKey(step))];
}

/** One call tells whether the key is right, whether the group is there, and who is connected. */
async function statusOf({ client, consumerGroupId }: SubscriptionTrial): Promise<GroupStatus> {
  const call = (): Promise<Answer> =>
    client.call("QueryConsumerGroupStatus", { GroupId: consumerGroupId }, { timeout: probeTimeoutMs });
  try {
    return { clients: clientsIn((await tryAgain(call)).body) };
  } catch (error) {
    if (error instanceof Failure) return { failure: error };
    throw error;
  }
}

function clientsIn(body: Record<string, unknown>): string[] {
  const data = field(body, "Data");
  const list =
    field(body, "ClientConnectionStatusList") ??
    (isObject(data) ? field(data, "ClientConnectionStatusList") : undefined);
  const rows = isObject(list) ? field(list, "ConsumerGroupClientConnectionInfo") : list;
  return (Array.isArray(rows) ? rows : [rows])
    .filter(isObject)
    .flatMap((row) => identifierText(field(row, "ClientId")) ?? []);
}

async function explainRefusal(
  trial: SubscriptionTrial,
  refusal: Failure,
  status: GroupStatus,
): Promise<CheckStep[]> {
  const isRefused = refusal.category === "permission";
  // A peer that hangs up instead may mean the same.
  if (!isRefused && refusal.category !== "platform" && refusal.code !== "connection-lost") {
    return until("host", explainHost(trial, refusal));
  }
  const isListed = await isGroupListed(trial, status);
  if (isListed === false) {
    const text = { key: "errors.group-unknown", params: { group: trial.consumerGroupId } };
    return until("group", { text, hint: "hints.group-unknown" });
  }
  if (!isRefused) return until("host", explainHost(trial, refusal));
  if (isListed === undefined) return until("login", explain(refusal));
  const hint = trial.isHostOfUid ? "hints.sub-permission-uid" : "hints.sub-permission";
  return until("permission", { text: { key: "errors.sub-refused" }, hint });
}

/** @returns undefined where the API does not tell */
async function isGroupListed(trial: SubscriptionTrial, status: GroupStatus): Promise<boolean | undefined> {
  const { consumerGroupId, catalog } = trial;
  if (status.clients) return true;
  try {
    const search = { text: consumerGroupId, offset: 0, limit: 50 };
    const deadline = performance.now() + probeTimeoutMs;
    for (;;) {
      const { rows, isLoading, failure } = await catalog.consumerGroups(search);
      if (rows.some(({ groupId }) => groupId === consumerGroupId)) return true;
      if (failure !== undefined || performance.now() > deadline) return undefined;
      if (!isLoading) return false;
    }
  } catch {
    return status.failure?.code.startsWith("iot.consumer.group.") ? false : undefined;
  }
}

function explainHost(trial: SubscriptionTrial, refusal: Failure): Explanation {
  const { text, hint, hintParams } = explain(refusal);
  const isUnresolved = hint === "hints.subscription-host";
  if (isUnresolved && trial.isHostOfUid) return { text, hint: "hints.subscription-uid" };
  // Nobody tries again after a check.
  if (hint === "hints.subscription-network") return { text, hint: "hints.subscription-reach" };
  if (hint === "hints.subscription-again") return { text };
  return { text, ...(hint !== undefined && { hint }), ...(hintParams && { hintParams }) };
}

function clientStep({ ownClients }: SubscriptionTrial, { clients, failure }: GroupStatus): CheckStep[] {
  if (failure?.category === "permission") {
    const hintParams = { action: "iot:QueryConsumerGroupStatus" };
    const text = { key: "errors.group-clients-unknown" };
    return [{ step: "clients", state: "warning", text, hint: "hints.permission-action", hintParams }];
  }
  if (!clients) return [];
  const others = clients.filter((id) => !ownClients.has(id) && !id.startsWith(checkClientPrefix));
  if (others.length === 0) return [{ step: "clients", state: "ok" }];
  const params = { clients: others.slice(0, 3).join(", ") + (others.length > 3 ? ", …" : "") };
  const text = { key: "errors.group-clients", params };
  return [{ step: "clients", state: "warning", text, hint: "hints.group-clients" }];
}

type Explanation = Pick<CheckStep, "text" | "hint" | "hintParams">;

const order = ["settings", "key", "instance", "host", "group", "permission"] as const;
type LastStep = (typeof order)[number] | "login" | "clock" | "done";

/** The steps up to the one that failed; those before it succeeded. */
function until(last: LastStep, why: Explanation = {}): CheckStep[] {
  const ends = { login: "group", clock: "key", done: undefined } as const;
  const end = last in ends ? ends[last as keyof typeof ends] : last;
  const before = order.slice(0, end === undefined ? order.length : order.findIndex((step) => step === end));
  const steps = before.map((step): CheckStep => ({ ...named(step), state: "ok" }));
  return last === "done" ? steps : [...steps, { ...named(last), state: "failed", ...why }];
}

function named(step: CheckStep["step"]): Pick<CheckStep, "step" | "action"> {
  return step === "permission" ? { step, action: "sub" } : { step };
}

function isOfKey(step: CheckStep["step"] | undefined): step is "clock" | "key" | "instance" {
  return step === "clock" || step === "key" || step === "instance";
}

/** Whether the platform knew the key, whatever it refused. */
function hasAnswered(failure: Failure | undefined): boolean {
  return failure !== undefined && /^(input|not-found|permission)$/.test(failure.category);
}
