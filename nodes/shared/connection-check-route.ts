import type { NodeAPI } from "node-red";
import { Failure } from "../../lib/cloud/failure";
import { checkConnection, type CheckStep } from "../../lib/look-up/connection-check";
import { ramPolicy } from "../../lib/look-up/ram-policy";
import { accountType } from "./account-node";
import type { DraftAccounts } from "./draft-accounts";
import { answering, formOf } from "./look-up-routes";
import { createAccount } from "./open-account";

/**
 * The route behind the button in the account's dialog: what is wrong with the account of a form, deployed or not.
 * Not for readers: a form can name an endpoint, and the stored key would sign for it.
 */
export function addConnectionCheck(RED: NodeAPI, accounts: DraftAccounts): void {
  RED.httpAdmin.post(
    "/aliyun-iot/connection-check",
    RED.auth.needsPermission(`${accountType}.write`),
    answering(async ({ body }) => {
      const { config, around } = accounts.read(formOf(body));
      return { steps: await check(() => createAccount(config, around)), policy: ramPolicy() };
    }) as never,
  );
}

async function check(open: () => ReturnType<typeof createAccount>): Promise<CheckStep[]> {
  try {
    const account = await open();
    try {
      return await checkConnection(account.lookUps);
    } finally {
      await account.close();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { text, hint } = error;
    return [{ step: "settings", state: "failed", text, ...(hint !== undefined && { hint }) }];
  }
}
