import type { NodeAPI } from "node-red";
import { Failure } from "../../lib/base/failure";
import { isObject } from "../../lib/base/json";
import { readable, textOf } from "../../lib/base/text";
import type { CheckStep } from "../../lib/look-up/connection-check";
import type { OpenAccount } from "../common/open-account";
import { readAccountForm } from "./account-form";
import { describeFailure } from "./answers";
import { coordinationStep } from "./coordination-step";
import { RefusedRequest, unusable } from "./refused-request";
import type { Request } from "./route";
import { fillIn } from "./stand-ins";

/**
 * The route behind the button in the account's dialog: checks the account of a form, deployed or not, and the permissions
 * in the list `actions`.
 * Not for readers: a form can name an endpoint, and the stored key would sign for it.
 */
export async function checkAccount(RED: NodeAPI, { body }: Request): Promise<{ steps: CheckStep[] }> {
  const form = readAccountForm(body);
  const actions = readActions(isObject(body) ? body["actions"] : undefined);
  const open = async (): Promise<OpenAccount> => {
    const { settings, context } = fillIn(RED, form);
    return openAccount().createAccount(settings, context);
  };
  const { coordination } = form.properties;
  const steps = await check(open, actions);
  return { steps: coordination ? [...steps, await coordinationStep(RED, coordination)] : steps };
}

/**
 * The RAM actions that are to be tested; undefined for the usual ones.
 * @throws {RefusedRequest} unless it is a list of actions that this package knows
 */
function readActions(given: unknown): readonly string[] | undefined {
  if (given === undefined) return undefined;
  const {
    allActions,
  }: typeof import("../../lib/look-up/ram-policy") = require("../../lib/look-up/ram-policy");
  if (!Array.isArray(given) || given.length > allActions.length) throw unusable("actions");
  const unknown: unknown = given.find((action) => !allActions.includes(action as string));
  if (unknown === undefined) return [...new Set(given as string[])];
  const action = readable(textOf(unknown) ?? "?", 60);
  throw new RefusedRequest("bad-request", 400, { key: "errors.action-unknown", params: { action } });
}

// Loaded with the first request, as with the other routes.
const openAccount = (): typeof import("../common/open-account") => require("../common/open-account");

async function check(
  open: () => Promise<OpenAccount>,
  actions: readonly string[] | undefined,
): Promise<CheckStep[]> {
  try {
    const account = await open();
    try {
      const {
        checkConnection,
      }: typeof import("../../lib/look-up/connection-check") = require("../../lib/look-up/connection-check");
      return await checkConnection(account.lookUps, actions);
    } finally {
      await account.close();
    }
  } catch (error) {
    if (!(error instanceof Failure) || error instanceof RefusedRequest) throw error;
    return [failedSettings(error)];
  }
}

/** The one step of a check that could not begin. */
export function failedSettings(error: Failure): CheckStep {
  const { hint, hintParams } = error;
  return {
    step: "settings",
    state: "failed",
    text: describeFailure(error).text,
    ...(hint !== undefined && { hint, ...(hintParams && { hintParams }) }),
  };
}
