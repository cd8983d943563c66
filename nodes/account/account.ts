import type { NodeAPI, NodeDef } from "node-red";
import type { AuditFiles } from "../../lib/audit/audit-files";
import { addConnectionCheck } from "../admin/connection-check-route";
import { addLookUpRoutes } from "../admin/look-up-routes";
import { addSubscriptionCheck } from "../admin/subscription-check-route";
import { type AccountCredentials, type AccountNode, accountType } from "../common/account-node";
import { hideCredentials } from "../common/hidden-credentials";
import type { OpenAccount } from "../common/open-account";
import { languageOf, translator } from "../common/texts";
import type { TlsNode } from "../common/tls-node";
import {
  type AccountConfig,
  accountDefaults,
  type AccountSettings,
  accountSettings,
  safetyProperties,
} from "../defaults/account";
import { withEmptyVariables } from "./empty-variables";

export = function (RED: NodeAPI): void {
  const translate = translator(RED);
  addConnectionCheck(RED);
  addLookUpRoutes(RED);
  addSubscriptionCheck(RED);

  let files: AuditFiles | undefined;
  // Shared: at a deploy the new account writes to the file that the old one closes.
  const auditFiles = (): AuditFiles => (files ??= new (accountAudits().AuditFiles)());

  function AccountConstructor(this: AccountNode, config: AccountConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    hideCredentials(this);
    const settings = accountSettings(withEmptyVariables(RED, this, config));
    let opening: Promise<OpenAccount> | undefined;
    let opened: OpenAccount | undefined;
    let isClosed = false;

    const openFirst = async (): Promise<OpenAccount> => {
      if (isClosed) throw failures().closed(false);
      opening ??= openAccount().createAccount(settings, {
        id: this.id,
        credentials: this.credentials,
        proxy: settings.proxy ? RED.nodes.getNode(settings.proxy) : undefined,
        tls: settings.tls ? (RED.nodes.getNode(settings.tls) as TlsNode | null) : undefined,
        maxBuffer: (RED.settings as { nodeMessageBufferMaxLength?: number }).nodeMessageBufferMaxLength,
        language: languageOf(translate),
        log: (line) => this.debug(line),
        coordination: settings.coordination
          ? coordinations().coordinationOf(RED, this, settings.coordination, translate)
          : undefined,
        audits: accountAudits().auditsOf(RED, this, auditFiles(), translate),
      });
      try {
        const account = await opening;
        if (!isClosed) opened = account;
        return account;
      } catch (error) {
        opening = undefined;
        throw error;
      }
    };

    this.coordination = settings.coordination;
    this.open = () => opened ?? openFirst();
    this.lacksCredentials = () =>
      settings.platform !== "simulator" && credentials().lacksCredentials(settings, this.credentials);

    // A simulator file with a mistake in it should show at deploy, not at the first message.
    if (settings.platform === "simulator") {
      openFirst().catch((error: unknown) => this.error(outcome().failureText(error, translate)));
    }

    // Other Node-REDs are to know how many share the account, also before its first message.
    if (settings.coordination) setImmediate(() => void openFirst().catch(() => undefined));

    // To load all that takes several times as long as a call. Deferred, since the flows are still starting.
    if (settings.platform !== "simulator") setImmediate(() => isClosed || loadAhead());

    // So should a rule that cannot be read: nothing is sent until it is corrected.
    if (hasSafety(settings)) {
      const problem = readSafety().safetyProblem(settings);
      if (problem) this.error(outcome().failureText(problem, translate));
    }

    this.on("close", (done: () => void) => {
      isClosed = true;
      opened = undefined;
      void Promise.resolve(opening)
        .then((account) => account?.close())
        .catch(() => undefined)
        .then(done);
    });
  }

  RED.nodes.registerType<AccountNode, NodeDef, object, AccountCredentials>(accountType, AccountConstructor, {
    credentials: {
      accessKeyId: { type: "text" },
      accessKeySecret: { type: "password" },
      securityToken: { type: "password" },
    } satisfies Record<keyof AccountCredentials, { type: "text" | "password" }>,
  });
};

/** Whether a safety setting differs from its default. */
function hasSafety(settings: AccountSettings): boolean {
  return safetyProperties.some((name) => (settings[name] ?? accountDefaults[name]) !== accountDefaults[name]);
}

/** Loads what the first command will need. */
function loadAhead(): void {
  openAccount();
  accountAudits();
  dispatcher().loadConnections();
}

// Loaded with the first account of a flow.
const accountAudits = (): typeof import("./audits") => require("./audits");
const readSafety = (): typeof import("../common/read-safety") => require("../common/read-safety");
const credentials = (): typeof import("../common/read-credentials") => require("../common/read-credentials");
const openAccount = (): typeof import("../common/open-account") => require("../common/open-account");
const dispatcher = (): typeof import("../../lib/cloud/dispatcher") => require("../../lib/cloud/dispatcher");
const failures = (): typeof import("../../lib/base/failure") => require("../../lib/base/failure");
const coordinations = (): typeof import("../common/coordination-of") => require("../common/coordination-of");
const outcome = (): typeof import("../common/outcome") => require("../common/outcome");
