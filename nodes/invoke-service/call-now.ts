import type { NodeAPI } from "node-red";
import { abortable } from "../../lib/base/abortable";
import { asFailure } from "../../lib/base/as-failure";
import { Cancellation } from "../../lib/base/cancellation";
import { ArgsCheck } from "../../lib/invocation/args-check";
import { invoke, type Settled } from "../../lib/invocation/invoke";
import { readCheckMode } from "../../lib/invocation/model-check";
import type { ServiceCall } from "../../lib/invocation/service-call";
import { serviceOperation, unreadServiceCall } from "../../lib/invocation/service-operation";
import type { CallNow } from "../admin/call-now-route";
import { AwaitedReplies } from "../common/awaited-replies";
import { failureText } from "../common/outcome";
import { readTimeout } from "../common/quota";
import { type SubscriptionNode, subscriptionType } from "../common/subscription-node";
import { translator } from "../common/texts";
import { CallFields, isReplyAwaited } from "./call-fields";

/** Nobody waits longer for a call or a reply in front of a dialog; in milliseconds. */
const maxWaitMs = 60_000;
/** In the queue, for the answer and for the reply. */
const maxTotalMs = 3 * maxWaitMs;

/** One call of the dialog, on the same path as the call of a message that is confirmed. Never rejects. */
export async function callNow(
  RED: NodeAPI,
  { account, node, settings, origin, warn }: CallNow,
): Promise<Settled> {
  const translate = translator(RED);
  const signal = new Cancellation();
  const timer = setTimeout(() => signal.abort(), maxTotalMs).unref();
  let call: ServiceCall | undefined;
  let awaited: AwaitedReplies | undefined;
  try {
    // A context store or a subscription may never answer, and the user's calls are counted.
    const reading = new CallFields(RED, node, settings).read({ _msgid: RED.util.generateId() });
    call = reading instanceof Promise ? await abortable(reading, signal) : reading;
    if (!account.safety?.isDryRun && hasSubscription(RED, settings)) {
      awaited = new AwaitedReplies(RED, node, settings, isReplyAwaited(settings), translate, () => undefined);
    }
    // The signal ends it.
    const wait = awaited?.isOn ? await awaited.begin(signal, Infinity) : undefined;
    return await invoke(account, call, {
      check: new ArgsCheck(readCheckMode(settings.check), warn, (error) => failureText(error, translate)),
      delivery: settings.delivery === "at-least-once" ? "at-least-once" : "at-most-once",
      // The user was asked.
      isConfirmed: true,
      origin,
      timeout: Math.min(readTimeout(settings.timeout, account.timeout / 1000), maxWaitMs),
      replies: wait?.messages.source,
      replyTimeout: wait && Math.min(wait.replyTimeout, maxWaitMs),
      signal,
    });
  } catch (error) {
    const invocation = call ? serviceOperation.invocationOf(call) : unreadServiceCall();
    return { ok: false, failure: asFailure(error, "not-sent"), invocation };
  } finally {
    clearTimeout(timer);
    awaited?.close();
  }
}

/** Whether the subscription of the dialog is deployed and can bring the reply. */
function hasSubscription(RED: NodeAPI, { account, subscription }: CallNow["settings"]): boolean {
  const node = subscription ? RED.nodes.getNode(subscription) : undefined;
  return node?.type === subscriptionType && (node as SubscriptionNode).account === account;
}
