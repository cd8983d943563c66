import { createHash, randomUUID } from "node:crypto";
import type { NodeAPI } from "node-red";
import { invalidInput } from "../../lib/base/failure";
import { settingText } from "../../lib/base/setting-text";
import {
  type AccountCredentials,
  type AccountNode,
  accountType,
  type UsableAccount,
} from "../common/account-node";
import type { AccountConfig, OpenAccount, AccountContext } from "../account/open-account";

/** An account as a form of the editor holds it, not deployed yet. */
export interface AccountForm {
  /** Of the account node, whose stored secrets stand in for those that the form does not hold. */
  id: string;
  properties: AccountConfig;
  credentials: AccountCredentials;
}

interface Draft {
  handle: string;
  fingerprint: string;
  account: Promise<OpenAccount>;
  expiry: NodeJS.Timeout;
}

/** What the editor sends for a stored secret that it does not know. */
const storedSecret = "__PWRD__";
const idleMs = 5 * 60_000;
const mostDrafts = 10;
const credentialNames = ["accessKeyId", "accessKeySecret", "securityToken"] as const;

/** Accounts for look-ups: the deployed ones, and those that a dialog holds and nobody has deployed. */
export class DraftAccounts {
  private readonly drafts = new Map<string, Draft>();

  constructor(private readonly RED: NodeAPI) {}

  /**
   * The account behind a handle or behind the id of a deployed account.
   * @throws Failure where there is none, or where its settings are wrong
   */
  async find(handle: string): Promise<UsableAccount> {
    const draft = this.drafts.get(handle);
    if (draft) {
      draft.expiry.refresh();
      return draft.account;
    }
    const node = this.RED.nodes.getNode(handle);
    if (node?.type === accountType) return (node as AccountNode).open();
    throw invalidInput({ key: "errors.account-undeployed" });
  }

  /**
   * Keeps what a form holds, for a while; the same form gets the same handle.
   * @throws Failure that says which setting is wrong
   */
  async keep(form: AccountForm): Promise<string> {
    const { handle, account } = this.draftOf(form);
    await account;
    return handle;
  }

  private draftOf(form: AccountForm): Draft {
    const { config, context } = this.read(form);
    const fingerprint = createHash("sha256")
      .update(JSON.stringify([form.id, config, context.credentials]))
      .digest("hex");
    for (const draft of this.drafts.values()) {
      if (draft.fingerprint !== fingerprint) continue;
      draft.expiry.refresh();
      return draft;
    }
    const handle = randomUUID();
    // After a deploy the editor asks with the deployed account again.
    if (this.drafts.size === 0) this.RED.events.once("flows:stopped", this.closeAll);
    const { createAccount }: typeof import("../account/open-account") = require("../account/open-account");
    const account = createAccount(config, context);
    account.catch(() => this.close(handle));
    const expiry = setTimeout(() => this.close(handle), idleMs).unref();
    const draft = { handle, fingerprint, account, expiry };
    this.drafts.set(handle, draft);
    if (this.drafts.size > mostDrafts) this.close(this.drafts.keys().next().value!);
    return draft;
  }

  /** What the account of a form is made from. */
  read({ id, properties, credentials: typed }: AccountForm): {
    config: AccountConfig;
    context: AccountContext;
  } {
    const { RED } = this;
    const stored = (RED.nodes.getCredentials(id) ?? {}) as AccountCredentials;
    const credentials: AccountCredentials = {};
    for (const name of credentialNames) {
      const value = typed[name] === storedSecret ? stored[name] : typed[name];
      if (typeof value === "string") credentials[name] = this.resolved(id, value);
    }
    const config = Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [
        name,
        typeof value === "string" ? this.resolved(id, value) : value,
      ]),
    ) as AccountConfig;
    const nodeOf = (chosen: unknown): never =>
      (typeof chosen === "string" && chosen !== "" ? RED.nodes.getNode(chosen) : undefined) as never;
    return {
      config,
      context: {
        credentials,
        proxy: nodeOf(config.proxy),
        tls: nodeOf(config.tls),
        longestBuffer: undefined,
        log: () => undefined,
      },
    };
  }

  /** `${NAME}` as the runtime fills it in at deploy. */
  private resolved(id: string, value: string): string {
    const name = /^\$\{([^}]+)\}$/.exec(value)?.[1];
    if (name === undefined) return value;
    const node = this.RED.nodes.getNode(id);
    const found: unknown = this.RED.util.evaluateNodeProperty(name, "env", node, {});
    return settingText(found) || value;
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
