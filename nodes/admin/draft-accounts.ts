import { createHash, randomUUID } from "node:crypto";
import type { NodeAPI } from "node-red";
import { invalidInput } from "../../lib/base/failure";
import { type AccountNode, accountType, type UsableAccount } from "../common/account-node";
import type { OpenAccount } from "../common/open-account";
import type { AccountForm } from "./account-form";
import { unusable } from "./refused-request";
import { fillIn } from "./stand-ins";

interface Draft {
  handle: string;
  fingerprint: string;
  account: Promise<OpenAccount>;
  expiry: NodeJS.Timeout;
}

const idleMs = 5 * 60_000;
const maxDrafts = 10;

/** Accounts for look-ups: deployed ones, and those of a dialog that are not deployed yet. */
export class DraftAccounts {
  private readonly drafts = new Map<string, Draft>();

  constructor(private readonly RED: NodeAPI) {}

  /**
   * The account behind a handle or behind the id of a deployed account.
   * @throws {RefusedRequest} where another node has the id
   * @throws {Failure} where there is none, or its settings are wrong
   */
  async find(handle: string): Promise<UsableAccount> {
    const draft = this.drafts.get(handle);
    if (draft) {
      draft.expiry.refresh();
      return draft.account;
    }
    const node = this.RED.nodes.getNode(handle);
    if (node?.type === accountType) return (node as AccountNode).open();
    if (node?.type !== undefined) throw unusable("account");
    throw invalidInput({ key: "errors.account-undeployed" });
  }

  /**
   * Keeps a form for a while; the same form gets the same handle.
   * @throws {Failure} that says which setting is wrong
   */
  async keep(form: AccountForm): Promise<string> {
    const { handle, account } = this.draftOf(form);
    await account;
    return handle;
  }

  private draftOf(form: AccountForm): Draft {
    const { settings, context } = fillIn(this.RED, form);
    const fingerprint = createHash("sha256")
      .update(JSON.stringify([form.id, settings, context.credentials]))
      .digest("hex");
    for (const draft of this.drafts.values()) {
      if (draft.fingerprint !== fingerprint) continue;
      draft.expiry.refresh();
      return draft;
    }
    const handle = randomUUID();
    // After a deploy the editor uses the deployed account again.
    if (this.drafts.size === 0) this.RED.events.once("flows:stopped", this.closeAll);
    const { createAccount }: typeof import("../common/open-account") = require("../common/open-account");
    const account = createAccount(settings, context);
    account.catch(() => this.close(handle));
    const expiry = setTimeout(() => this.close(handle), idleMs).unref();
    const draft = { handle, fingerprint, account, expiry };
    this.drafts.set(handle, draft);
    if (this.drafts.size > maxDrafts) this.close(this.drafts.keys().next().value!);
    return draft;
  }

  private readonly closeAll = (): void => {
    for (const handle of this.drafts.keys()) this.close(handle);
  };

  private close(handle: string): void {
    const draft = this.drafts.get(handle);
    if (!draft) return;
    this.drafts.delete(handle);
    clearTimeout(draft.expiry);
    if (this.drafts.size === 0) this.RED.events.removeListener("flows:stopped", this.closeAll);
    void draft.account.then((account) => account.close()).catch(() => undefined);
  }
}
