import type { NodeAPI } from "node-red";
import { Failure } from "../../lib/base/failure";
import type { CheckStep } from "../../lib/look-up/connection-check";
import type { OpenAccount } from "../common/open-account";
import { readAccountForm } from "./account-form";
import { RefusedRequest } from "./refused-request";
import { addRoute, describeFailure } from "./routes";
import { fillIn } from "./stand-ins";

/**
 * The route behind the button in the account's dialog: checks the account of a form, deployed or not.
 * Not for readers: a form can name an endpoint, and the stored key would sign for it.
 */
export function addConnectionCheck(RED: NodeAPI): void {
  addRoute(RED, "post", "/aliyun-iot/connection-check", "write", async ({ body }) => {
    const form = readAccountForm(body);
    const steps = await check(async () => {
      const { settings, context } = fillIn(RED, form);
      return openAccount().createAccount(settings, context);
    });
    return { steps };
  });
}

// Loaded with the first request, as with the other routes.
const openAccount = (): typeof import("../common/open-account") => require("../common/open-account");

async function check(open: () => Promise<OpenAccount>): Promise<CheckStep[]> {
  try {
    const account = await open();
    try {
      const {
        checkConnection,
      }: typeof import("../../lib/look-up/connection-check") = require("../../lib/look-up/connection-check");
      return await checkConnection(account.lookUps);
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
