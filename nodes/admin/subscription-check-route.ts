import { randomUUID } from "node:crypto";
import type { NodeAPI } from "node-red";
import { Failure } from "../../lib/base/failure";
import { isObject } from "../../lib/base/json";
import type { CheckStep } from "../../lib/look-up/connection-check";
import { type AccountForm, readAccountForm } from "./account-form";
import { failedSettings } from "./connection-check-route";
import { RefusedRequest } from "./refused-request";
import type { Request } from "./route";
import { fillIn, isSecretTyped } from "./stand-ins";

// Loaded with the first request, as with the other routes.
const openAccount = (): typeof import("../common/open-account") => require("../common/open-account");
const drafts = (): typeof import("./draft-subscription") => require("./draft-subscription");

/** For the whole check; the editor waits a little longer. */
const maxMs = 18_000;

/**
 * The route behind the button in the subscription's dialog: checks the subscription of a form with the account of a
 * form, deployed or not. Not for readers: both can name a host, and the stored key would sign for it.
 */
export async function checkSubscriptionForm(
  RED: NodeAPI,
  { body }: Request,
  leaving: AbortSignal,
): Promise<{ steps: CheckStep[] }> {
  const { account, subscription } = isObject(body) ? body : {};
  const form = readAccountForm(account);
  const asked = drafts().readSubscriptionForm(subscription);
  const signal = AbortSignal.any([leaving, AbortSignal.timeout(maxMs)]);
  try {
    return { steps: await stepsOf(RED, form, asked, signal) };
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof RefusedRequest) throw error;
    return { steps: [failedSettings(error)] };
  }
}

async function stepsOf(
  RED: NodeAPI,
  form: AccountForm,
  asked: ReturnType<ReturnType<typeof drafts>["readSubscriptionForm"]>,
  signal: AbortSignal,
): Promise<CheckStep[]> {
  const {
    readSubscription,
  }: typeof import("../common/read-subscription") = require("../common/read-subscription");
  const {
    checkClientPrefix,
    checkSubscription,
  }: typeof import("../../lib/look-up/subscription-check") = require("../../lib/look-up/subscription-check");
  const { settings, context } = fillIn(RED, form);
  const draft = new (drafts().DraftSubscription)(RED, asked, form.id);
  const account = await openAccount().createAccount(settings, context);
  // Ends calls that are in flight.
  const close = (): Promise<void> => account.close();
  signal.addEventListener("abort", () => void close(), { once: true });
  try {
    const access = await account.subscriptionAccess();
    const { endpoint, login } = readSubscription(draft.settings, access, draft.tls(), "node-red");
    if (!access.simulator && !isSecretTyped(form)) draft.refuseForeignHost(endpoint);
    return await checkSubscription({
      client: account.lookUps,
      catalog: account.catalog,
      consumerGroupId: login.consumerGroupId,
      isHostOfUid: endpoint.host.includes(".iot-amqp."),
      ownClients: ownClients(RED, form.id),
      login: async () => {
        const {
          tryLogin,
        }: typeof import("../../lib/subscription/login-check") = require("../../lib/subscription/login-check");
        const {
          signLogin,
        }: typeof import("../../lib/subscription/login") = require("../../lib/subscription/login");
        const credentials = await access.credentials.get();
        // Another client id than the subscription's: the platform treats two clients with the same id as one.
        const own = { ...login, clientId: `${checkClientPrefix}${randomUUID()}` };
        return tryLogin(endpoint, signLogin(own, credentials, Date.now() + access.clockOffsetMs()), signal);
      },
    });
  } finally {
    await close();
  }
}

/** The clients of this Node-RED's subscriptions of an account, which share a connection. */
function ownClients(RED: NodeAPI, accountId: string): Set<string> {
  const { ownClientIdOf }: typeof import("../common/client-id") = require("../common/client-id");
  const {
    subscriptionType,
  }: typeof import("../common/subscription-node") = require("../common/subscription-node");
  const found = new Set<string>();
  RED.nodes.eachNode((config) => {
    const { id, type, account, clientId } = config as unknown as Record<string, unknown>;
    if (type !== subscriptionType || account !== accountId) return;
    const typed = typeof clientId === "string" ? clientId.trim() : "";
    found.add(typed || ownClientIdOf(RED, String(id)));
  });
  return found;
}
