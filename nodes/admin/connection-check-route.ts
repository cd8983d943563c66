import type { NodeAPI } from "node-red";
import { Failure } from "../../lib/base/failure";
import type { CheckStep } from "../../lib/look-up/connection-check";
import { accountType } from "../common/account-node";
import type { DraftAccounts } from "./draft-accounts";
import type { OpenAccount } from "../account/open-account";
import { answering, formOf } from "./look-up-routes";

/**
 * The route behind the button in the account's dialog: what is wrong with the account of a form, deployed or not.
 * Not for readers: a form can name an endpoint, and the stored key would sign for it.
 */
export function addConnectionCheck(RED: NodeAPI, accounts: DraftAccounts): void {
  RED.httpAdmin.post(
    "/aliyun-iot/connection-check",
    RED.auth.needsPermission(`${accountType}.write`),
    answering(async ({ body }) => {
      const {
        ramPolicy,
      }: typeof import("../../lib/look-up/ram-policy") = require("../../lib/look-up/ram-policy");
      const { config, context } = accounts.read(formOf(body));
      return { steps: await check(() => openAccount().createAccount(config, context)), policy: ramPolicy() };
    }) as never,
  );
}

// Loaded with the first request, as with the other routes.
const openAccount = (): typeof import("../account/open-account") => require("../account/open-account");

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
    if (!(error instanceof Failure)) throw error;
    const { text, hint, hintParams } = error;
    return [
      {
        step: "settings",
        state: "failed",
        text,
        ...(hint !== undefined && { hint, ...(hintParams && { hintParams }) }),
      },
    ];
  }
}
