import type { NodeAPI } from "node-red";
import { unsetVariable } from "../../lib/base/env-name";
import { invalidInput } from "../../lib/base/failure";
import { isObject } from "../../lib/base/json";
import { isOfPlatform } from "../../lib/subscription/endpoint";
import { subscriptionType } from "../common/subscription-node";
import type { TlsNode } from "../common/tls-node";
import {
  type SubscriptionConfig,
  subscriptionDefaults,
  type SubscriptionSettings,
  subscriptionSettings,
} from "../defaults/subscription";
import { readName, readProperties } from "./account-form";
import { unusable } from "./refused-request";
import { undeployedVariable } from "./stand-ins";

/** A subscription as it is in the editor's form, possibly not deployed. */
interface SubscriptionForm {
  id: string;
  properties: SubscriptionConfig;
}

/** @throws {RefusedRequest} if it is not a subscription's form, or too large */
export function readSubscriptionForm(body: unknown): SubscriptionForm {
  const { id, properties } = isObject(body) ? body : {};
  return { id: readName(id, "id"), properties: readProperties(properties) };
}

/** The subscription of a form, together with the deployed one of the same id. */
export class DraftSubscription {
  readonly settings: SubscriptionSettings;
  private readonly properties: Record<string, unknown>;
  private readonly deployed: Record<string, unknown> | undefined;

  /**
   * @param accountId of the account that signs; what the form says of it does not count
   * @throws {RefusedRequest} if the id belongs to another node
   * @throws {Failure} where a setting has to be deployed first
   */
  constructor(
    private readonly RED: NodeAPI,
    private readonly form: SubscriptionForm,
    accountId: string,
  ) {
    this.properties = { ...form.properties, account: accountId };
    this.deployed = deployedSubscription(RED, form.id);
    const names = Object.keys(subscriptionDefaults);
    this.settings = subscriptionSettings(Object.fromEntries(names.map((name) => [name, this.setting(name)])));
  }

  /**
   * Whether a secret that is stored may sign a login for this address: it could be used there for another one. As with
   * accounts, a destination of somebody's own has to be deployed first.
   * @throws {Failure}
   */
  refuseForeignHost(address: { host: string; port: number }): void {
    if (isOfPlatform(address) || this.isDeployed(["account", "endpoint"])) return;
    throw invalidInput({ key: "errors.undeployed-host", params: { host: address.host } });
  }

  /**
   * Null where the form names something else than a TLS configuration.
   * @throws {Failure} where its private key would be used for what is not deployed
   */
  tls(): TlsNode | null | undefined {
    const id = this.settings.tls;
    if (typeof id !== "string" || id === "" || id === "_ADD_") return undefined;
    const node = this.RED.nodes.getNode(id) as TlsNode | null;
    if (node?.type !== "tls-config") return null;
    if (node.valid === false) return node;
    const { key, passphrase } = node.addTLSOptions({});
    if ((key || passphrase) && !this.isDeployed(["account", "endpoint", "uid", "tls"]))
      throw invalidInput({ key: "errors.undeployed-tls" });
    return node;
  }

  /** A variable is resolved only where the deployed subscription has it as well. */
  private setting(name: string): unknown {
    const value = this.properties[name];
    const variable = typeof value === "string" ? unsetVariable(value.trim()) : undefined;
    if (variable === undefined) return value;
    if (!this.isDeployed(["account", "endpoint", "uid", name])) throw undeployedVariable(variable);
    const node = this.RED.nodes.getNode(this.form.id);
    const found: unknown = this.RED.util.evaluateNodeProperty(variable, "env", node, {});
    return found === "" || found === undefined ? value : found;
  }

  /** Whether these settings are those of the deployed subscription. */
  private isDeployed(names: string[]): boolean {
    const { deployed, properties } = this;
    return (
      deployed !== undefined && names.every((name) => textIn(properties[name]) === textIn(deployed[name]))
    );
  }
}

function textIn(value: unknown): unknown {
  const text = typeof value === "string" ? value.trim() : value;
  return text === undefined || text === null || text === "_ADD_" ? "" : text;
}

/**
 * The properties of a deployed subscription, with the names of variables and not their values.
 * @throws {RefusedRequest} where another node has this id
 */
function deployedSubscription(RED: NodeAPI, id: string): Record<string, unknown> | undefined {
  let found: Record<string, unknown> | undefined;
  RED.nodes.eachNode((config) => {
    if (config.id === id) found = config as unknown as Record<string, unknown>;
  });
  if (found && found["type"] !== subscriptionType) throw unusable("id");
  return found;
}
