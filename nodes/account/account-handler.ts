import type { NodeAPI } from "node-red";
import { closed } from "../../lib/base/failure";
import type { AccountNode } from "../common/account-node";
import { hideCredentials } from "../common/hidden-credentials";
import type { OpenAccount } from "../common/open-account";
import { failureText } from "../common/outcome";
import { languageOf, type Translate, translator } from "../common/texts";
import type { TlsNode } from "../common/tls-node";
import {
  type AccountConfig,
  accountDefaults,
  type AccountSettings,
  accountSettings,
  safetyProperties,
} from "../defaults/account";
import type { AuditFiles } from "./audits";
import { withEmptyVariables } from "./empty-variables";

/** The audit files of a runtime. Shared: at a deploy the new account writes to the file that the old one closes. */
export interface SharedFiles {
  audit?: AuditFiles;
}

/** Opens an account for the nodes that use it. */
export class AccountHandler {
  private readonly settings: AccountSettings;
  private readonly translate: Translate;
  private opening: Promise<OpenAccount> | undefined;
  private opened: OpenAccount | undefined;
  private isClosed = false;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: AccountNode,
    config: AccountConfig,
    private readonly files: SharedFiles,
  ) {
    hideCredentials(node);
    const settings = (this.settings = accountSettings(withEmptyVariables(RED, node, config)));
    this.translate = translator(RED);

    // A simulator file with a mistake in it should show at deploy, not at the first message.
    if (settings.platform === "simulator") {
      this.openFirst().catch((error: unknown) => node.error(failureText(error, this.translate)));
    }

    // Other Node-REDs are to know how many share the account, also before its first message.
    if (settings.coordination) setImmediate(() => void this.openFirst().catch(() => undefined));

    // To load all that takes several times as long as a call. Deferred, since the flows are still starting.
    if (settings.platform !== "simulator") setImmediate(() => this.isClosed || loadAhead());

    // So should a rule that cannot be read: nothing is sent until it is corrected.
    if (hasSafety(settings)) {
      const problem = readSafety().safetyProblem(settings);
      if (problem) node.error(failureText(problem, this.translate));
    }
  }

  /** Id of the coordination node; blank where there is none. */
  get coordination(): string {
    return this.settings.coordination;
  }

  /**
   * The account, which is created on first use.
   * @throws {Failure} on every call while the settings are wrong
   */
  open(): OpenAccount | Promise<OpenAccount> {
    return this.opened ?? this.openFirst();
  }

  lacksCredentials(): boolean {
    const { settings, node } = this;
    return settings.platform !== "simulator" && credentials().lacksCredentials(settings, node.credentials);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.opened = undefined;
    const account = await this.opening;
    await account?.close();
  }

  private async openFirst(): Promise<OpenAccount> {
    if (this.isClosed) throw closed(false);
    this.opening ??= this.create();
    try {
      const account = await this.opening;
      if (!this.isClosed) this.opened = account;
      return account;
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }

  private create(): Promise<OpenAccount> {
    const { RED, node, settings, translate, files } = this;
    files.audit ??= new (audits().AuditFiles)();
    return openAccount().createAccount(settings, {
      id: node.id,
      credentials: node.credentials,
      proxy: settings.proxy ? RED.nodes.getNode(settings.proxy) : undefined,
      tls: settings.tls ? (RED.nodes.getNode(settings.tls) as TlsNode | null) : undefined,
      maxBuffer: (RED.settings as { nodeMessageBufferMaxLength?: number }).nodeMessageBufferMaxLength,
      language: languageOf(translate),
      log: (line) => node.debug(line),
      coordination: settings.coordination
        ? coordinations().coordinationOf(RED, node, settings.coordination, translate)
        : undefined,
      audits: audits().auditsOf(RED, node, files.audit, translate),
    });
  }
}

/** Whether a safety setting differs from its default. */
function hasSafety(settings: AccountSettings): boolean {
  return safetyProperties.some((name) => (settings[name] ?? accountDefaults[name]) !== accountDefaults[name]);
}

/** Loads what the first command will need. */
function loadAhead(): void {
  openAccount();
  audits();
  dispatcher().loadConnections();
}

// Loaded with the first account that is opened.
const audits = (): typeof import("./audits") => require("./audits");
const readSafety = (): typeof import("../common/read-safety") => require("../common/read-safety");
const credentials = (): typeof import("../common/read-credentials") => require("../common/read-credentials");
const openAccount = (): typeof import("../common/open-account") => require("../common/open-account");
const dispatcher = (): typeof import("../../lib/cloud/dispatcher") => require("../../lib/cloud/dispatcher");
const coordinations = (): typeof import("../common/coordination-of") => require("../common/coordination-of");
