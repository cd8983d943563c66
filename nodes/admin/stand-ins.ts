import type { NodeAPI } from "node-red";
import { unsetVariable } from "../../lib/base/env-name";
import { invalidInput } from "../../lib/base/failure";
import { settingText } from "../../lib/base/setting-text";
import { type AccountCredentials, accountType } from "../common/account-node";
import type { AccountContext, ProxyNode } from "../common/open-account";
import { languageOf, translator } from "../common/texts";
import type { TlsNode } from "../common/tls-node";
import {
  accountDefaults,
  type AccountSettings,
  accountSettings,
  safetyProperties,
} from "../defaults/account";
import type { AccountForm } from "./account-form";
import { unusable } from "./refused-request";

/** What the editor sends for a stored secret that it does not know. */
const storedSecret = "__PWRD__";

type Fields = Record<string, unknown>;

// Loaded with the first form.
const openAccount = (): typeof import("../common/open-account") => require("../common/open-account");

const { platform, regionId, credentialType } = accountDefaults;
/** Settings that mean the same whether they are set or left out. */
const defaults: Fields = { platform, regionId, credentialType };

interface Kind {
  /** Secrets that a person types. */
  secrets: (keyof AccountCredentials)[];
  /** Settings that only some kinds of credentials have. */
  settings: string[];
}

const key: Kind["secrets"] = ["accessKeyId", "accessKeySecret"];
const kinds: Record<string, Kind> = {
  access_key: { secrets: key, settings: [] },
  sts: { secrets: [...key, "securityToken"], settings: [] },
  ram_role_arn: { secrets: key, settings: ["roleArn", "roleSessionName", "externalId"] },
  ecs_ram_role: { secrets: [], settings: ["roleName"] },
  oidc_role_arn: {
    secrets: [],
    settings: ["roleArn", "roleSessionName", "oidcProviderArn", "oidcTokenFile"],
  },
  default: { secrets: [], settings: [] },
};
const ofSomeKinds = [...new Set(Object.values(kinds).flatMap(({ settings }) => settings))];
const ofTheCloud = ["regionId", "endpoint", "credentialType", "proxy", "tls"];

/**
 * The settings of a form's account, completed with stored secrets, environment variables, and secrets of other nodes and of
 * this machine. These are used only with the destination of the deployed account; otherwise any user who may edit accounts
 * could have them sent anywhere.
 * @throws {RefusedRequest} if the id belongs to another node
 * @throws {Failure} that says what to enter or to deploy
 */
export function fillIn(
  RED: NodeAPI,
  form: AccountForm,
): { settings: AccountSettings; context: AccountContext } {
  const filling = new Filling(RED, form);
  const isSimulator = filling.setting("platform", []) === "simulator";
  if (isSimulator) {
    // No look-up needs the safety settings, so an invalid one prevents none.
    const simulated = filling.settings(
      ["platform", "simulation"],
      [...ofTheCloud, ...ofSomeKinds, ...safetyProperties],
    );
    return { settings: simulated, context: contextOf({ language: languageOf(translator(RED)) }) };
  }
  const type = filling.setting("credentialType", ["platform", ...ofTheCloud]);
  const kind = typeof type === "string" && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  const { secrets, settings: ofKind } = kind ?? { secrets: [], settings: [] };
  // Only the owner of the role sees the session name.
  const destination = ["platform", ...ofTheCloud, ...ofKind.filter((name) => name !== "roleSessionName")];
  const others = ofSomeKinds.filter((name) => !ofKind.includes(name));
  const settings = filling.settings(destination, ["simulation", ...others, ...safetyProperties]);
  // Errors in the settings themselves are reported first.
  openAccount().readEndpoint(settings);
  if (kind && secrets.length === 0 && !filling.isDeployed(destination))
    throw invalidInput({ key: "errors.undeployed-role" });
  return {
    settings,
    context: contextOf({
      credentials: filling.credentials(secrets, destination),
      proxy: filling.proxy(settings.proxy, destination),
      tls: filling.tls(settings.tls, destination),
    }),
  };
}

/** Whether the secret that signs stands in the form itself, so that whoever sends the form knows it. */
export function isSecretTyped({ properties, credentials }: AccountForm): boolean {
  const { credentialType: type = credentialType } = properties;
  const kind = typeof type === "string" && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  const typed = credentials["accessKeySecret"];
  const isText = typeof typed === "string" && typed !== storedSecret && unsetVariable(typed) === undefined;
  return isText && kind !== undefined && kind.secrets.length > 0;
}

function contextOf(given: Partial<AccountContext>): AccountContext {
  const nothing = { id: "", credentials: undefined, proxy: undefined, tls: undefined, maxBuffer: undefined };
  return { ...nothing, log: () => undefined, ...given };
}

/** A form, together with the deployed account of the same id. */
class Filling {
  private readonly deployed: Fields | undefined;
  private readonly properties: Fields;

  constructor(
    private readonly RED: NodeAPI,
    private readonly form: AccountForm,
  ) {
    this.deployed = deployedAccount(RED, form.id);
    // The name is not sent anywhere.
    const { name: _name, ...properties } = form.properties as Fields;
    this.properties = properties;
  }

  /** Whether these settings are those of the deployed account. */
  isDeployed(names: string[]): boolean {
    const { deployed, properties } = this;
    return (
      deployed !== undefined && names.every((name) => textIn(properties, name) === textIn(deployed, name))
    );
  }

  /** A setting as the runtime would fill it in; a variable only where the deployed account has it as well. */
  setting(name: string, destination: string[]): unknown {
    const value = this.properties[name];
    const variable = typeof value === "string" ? unsetVariable(value) : undefined;
    if (variable !== undefined) {
      if (!this.isDeployed([name, ...destination])) throw undeployedVariable(variable);
      return this.variable(variable) ?? value;
    }
    return Object.hasOwn(defaults, name) && typeof value === "string" ? textIn(this.properties, name) : value;
  }

  /** @param unused settings that are left as they are */
  settings(destination: string[], unused: string[]): AccountSettings {
    const own = Object.fromEntries(
      Object.keys(this.properties).map((name) => [
        name,
        unused.includes(name) ? this.properties[name] : this.setting(name, destination),
      ]),
    );
    return accountSettings(own);
  }

  credentials(names: (keyof AccountCredentials)[], destination: string[]): AccountCredentials {
    const { form, RED } = this;
    const found = this.deployed && (RED.nodes.getCredentials(form.id) as AccountCredentials | null);
    const stored = found ?? {};
    const credentials: AccountCredentials = {};
    for (const name of names) {
      const typed = form.credentials[name];
      const value = typed === storedSecret ? stored[name] : typed;
      if (typeof value !== "string") continue;
      if (typed === storedSecret && !this.isDeployed(destination))
        throw invalidInput({ key: "errors.undeployed-secret" });
      const variable = unsetVariable(value);
      if (variable !== undefined && !this.isDeployed(destination)) throw undeployedVariable(variable);
      credentials[name] =
        variable === undefined ? value : (settingText(this.variable(variable)) ?? value) || value;
    }
    return credentials;
  }

  /** Null where the form names something else than a proxy. */
  proxy(id: unknown, destination: string[]): ProxyNode | null | undefined {
    const node = this.chosen(id, "http proxy") as ProxyNode | null | undefined;
    const hasSecret = node && (node.credentials?.password || /@/.test(node.url ?? ""));
    if (hasSecret && !this.isDeployed(destination)) throw invalidInput({ key: "errors.undeployed-proxy" });
    return node;
  }

  /** Null where the form names something else than a TLS configuration. */
  tls(id: unknown, destination: string[]): TlsNode | null | undefined {
    const node = this.chosen(id, "tls-config") as TlsNode | null | undefined;
    if (!node || node.valid === false) return node;
    const { key: privateKey, passphrase } = node.addTLSOptions({});
    if ((privateKey || passphrase) && !this.isDeployed(destination))
      throw invalidInput({ key: "errors.undeployed-tls" });
    return node;
  }

  private chosen(id: unknown, type: string): unknown {
    // The list of configuration nodes has an entry for adding one.
    if (typeof id !== "string" || id === "" || id === "_ADD_") return undefined;
    const node = this.RED.nodes.getNode(id) as { type?: unknown } | null;
    return node?.type === type ? node : null;
  }

  /** As on deploy: undefined if the variable is not set. */
  private variable(name: string): unknown {
    const node = this.RED.nodes.getNode(this.form.id);
    const value: unknown = this.RED.util.evaluateNodeProperty(name, "env", node, {});
    return value === "" ? undefined : value;
  }
}

/** A setting in comparable form: without white space, and with defaults filled in. */
function textIn(fields: Fields, name: string): unknown {
  const value = fields[name] ?? "";
  const text = typeof value === "string" ? value.trim().replace(/^_ADD_$/, "") : value;
  return text === "" ? (defaults[name] ?? "") : text;
}

/**
 * The properties of a deployed account, with the names of variables and not their values.
 * @throws {RefusedRequest} where another node has this id
 */
function deployedAccount(RED: NodeAPI, id: string): Fields | undefined {
  let found: Fields | undefined;
  RED.nodes.eachNode((config) => {
    if (config.id === id) found = config as unknown as Fields;
  });
  const type = found?.["type"] ?? (RED.nodes.getNode(id) as { type?: unknown } | null)?.type;
  if (type !== undefined && type !== accountType) throw unusable("id");
  return found;
}

/** A variable that is not resolved for settings that nobody has deployed. */
export function undeployedVariable(variable: string): Error {
  return invalidInput({ key: "errors.undeployed-variable", params: { variable: variable.slice(0, 100) } });
}
