import type { Node } from "node-red";
import { invalidInput } from "../../lib/base/failure";
import { Client } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { type ProxySettings, readProxyUrl } from "../../lib/cloud/proxy";
import { endpointOf } from "../../lib/cloud/regions";
import type { Coordination } from "../../lib/coordination/coordination";
import type { SharedQuota } from "../../lib/coordination/shared-quota";
import { BatchLimits } from "../../lib/fleet/batch/batch-limits";
import { DeviceLists } from "../../lib/fleet/targets/device-lists";
import { Governor } from "../../lib/invocation/governor";
import { IssuedCalls } from "../../lib/invocation/issued-calls";
import { Catalog } from "../../lib/look-up/catalog";
import { ThingModels } from "../../lib/look-up/models";
import { PresentValues } from "../../lib/look-up/present-values";
import { TargetModels } from "../../lib/look-up/target-models";
import { DeviceReads } from "../../lib/reading/device-reads";
import { PacedCalls } from "../../lib/reading/paced-calls";
import { Shares } from "../../lib/subscription/shares";
import type { AccountSettings } from "../defaults/account";
import { accountIdentity } from "./account-identity";
import type { AccountCredentials, AccountSharing, SubscriptionAccess, UsableAccount } from "./account-node";
import { readQuota, readTimeout } from "./quota";
import { readCredentials } from "./read-credentials";
import { AccountReadPace } from "./read-pace";
import { type Audits, readSafety } from "./read-safety";
import { readText } from "./settings";
import { readTls, type TlsNode } from "./tls-node";
import { UnusableSimulator } from "./unusable-simulator";

/** Core's `http proxy` node. */
export interface ProxyNode extends Node<{ username?: string; password?: string }> {
  url?: string;
  noproxy?: string[];
}

/** What an account uses besides its own properties; null for a chosen node that does not exist. */
export interface AccountContext {
  /** Id of the account node. */
  id: string;
  credentials: AccountCredentials | undefined;
  proxy: ProxyNode | null | undefined;
  tls: TlsNode | null | undefined;
  /** Node-RED's own limit for messages that a node may hold; 0 or undefined = none. */
  maxBuffer: number | undefined;
  /** Of the names in the simulator's sample. */
  language?: "en-US" | "zh-CN";
  log(line: string): void;
  /** Where commands can be recorded; without it they are not. */
  audits?: Audits | undefined;
  /** The Redis by which several Node-REDs share the account; without it, its quota is its own. */
  coordination?: Coordination | undefined;
}

export interface OpenAccount extends UsableAccount {
  lookUps: Client;
  close(): Promise<void>;
}

/** Look-ups and reads use separate connections, so that they and calls do not wait for each other. */
const lookUpConnections = 4;
/** Reads of flows have some to themselves, so that a dialog finds one free. */
const readConnections = 4;
const lookUpTimeoutMs = 10_000;

/**
 * Makes the client and the quota of an account from its settings.
 * @throws {Failure} that says which setting is wrong
 */
export async function createAccount(
  settings: AccountSettings,
  context: AccountContext,
): Promise<OpenAccount> {
  const quota = readQuota(settings, context.maxBuffer);
  const timeout = readTimeout(settings.timeout);
  const instanceId = readText(settings.instanceId, { key: "errors.field-instance-id" });
  const regionId = readRegion(settings.regionId);
  const platform = await readPlatform(settings, context);
  const client = new Client({
    ...platform.access,
    instanceId,
    concurrency: quota.concurrency,
    timeout,
    // The simulator is in this process.
    spareConnection: settings.platform !== "simulator" && settings.spareConnection !== false,
    onFreed: () => governor.drain(),
  });
  const sharing = sharingOf(platform, instanceId, settings, context);
  const shared = sharing && sharedQuota(sharing);
  const governor: Governor = new Governor(
    quota,
    () => client.givenUp,
    undefined,
    shared && ((demand) => shared.pace({ ...quota, name: "calls", isConcurrencyShared: true }, demand)),
  );
  const lookUps = new Client({
    ...platform.access,
    instanceId,
    concurrency: lookUpConnections + readConnections,
    timeout: lookUpTimeoutMs,
    clock: client.clock,
  });
  const batches = new BatchLimits(
    shared && ((limit, demand) => shared.pace({ ...limit, isConcurrencyShared: false }, demand)),
  );
  const catalog = new Catalog(lookUps);
  const thingModels = new ThingModels(lookUps);
  const models = new TargetModels(catalog, thingModels);
  const pace = new AccountReadPace(quota, readConnections, shared);
  const shares = new Shares();
  const safety = readSafety(settings, {
    account: { id: context.id, name: readName(settings.name, context.id) },
    devices: catalog.knownDevices,
    audits: context.audits,
  });
  return {
    client,
    governor,
    batches,
    timeout,
    catalog,
    thingModels,
    present: new PresentValues(lookUps),
    reads: new DeviceReads(lookUps, models, pace, lookUps.clock),
    models,
    targets: {
      calls: new PacedCalls(lookUps, pace),
      catalog,
      lists: new DeviceLists(),
      hasInstanceId: instanceId !== "",
    },
    safety,
    issued: new IssuedCalls(),
    lookUps,
    shares,
    sharing,
    subscriptionAccess: async () => ({
      credentials: platform.access.credentials,
      instanceId,
      regionId,
      simulator: await platform.messages?.(),
      clockOffsetMs: () => client.clockOffsetMs || lookUps.clockOffsetMs,
      checkClock: async () => {
        await lookUps.call("QueryProductList", { CurrentPage: 1, PageSize: 1 }).catch(() => undefined);
      },
    }),
    async close() {
      governor.close();
      batches.close();
      pace.close();
      await Promise.all([client.close(), lookUps.close(), shares.close()]);
      await platform.close?.();
      // After the calls that this ends have been recorded as well.
      await safety?.trail?.close();
    },
  };
}

function sharingOf(
  { access }: Platform,
  instanceId: string,
  settings: AccountSettings,
  { coordination, credentials }: AccountContext,
): AccountSharing | undefined {
  if (!coordination) return undefined;
  const identity = accountIdentity(access.endpoint, instanceId, settings, credentials?.accessKeyId);
  return { coordination, identity };
}

function sharedQuota({ coordination, identity }: AccountSharing): SharedQuota {
  const {
    SharedQuota: Quota,
  }: typeof import("../../lib/coordination/shared-quota") = require("../../lib/coordination/shared-quota");
  return new Quota(coordination, identity);
}

type Access = Pick<ConstructorParameters<typeof Client>[0], "endpoint" | "credentials" | "tls" | "proxy">;

interface Platform {
  access: Access;
  messages?: () => Promise<NonNullable<SubscriptionAccess["simulator"]>>;
  close?: () => Promise<void>;
}

async function readPlatform(settings: AccountSettings, context: AccountContext): Promise<Platform> {
  if (settings.platform === "simulator") {
    const file = readText(settings.simulation, { key: "errors.field-simulation" });
    return startSimulator(file, context);
  }
  const credentials = readCredentials(settings, context.credentials);
  const endpoint = readEndpoint(settings);
  return { access: { endpoint, credentials, tls: readTls(context.tls), proxy: readProxy(context.proxy) } };
}

/** @throws {Failure} `invalid-input` */
export function readEndpoint({ regionId, endpoint }: AccountSettings): URL {
  return endpointOf(readRegion(regionId), readText(endpoint, { key: "errors.field-endpoint" }));
}

function readRegion(regionId: unknown): string {
  return readText(regionId, { key: "errors.field-region" });
}

async function startSimulator(file: string, context: AccountContext): Promise<Platform> {
  const { language } = context;
  const log = (line: string): void => context.log(line);
  const {
    Simulator,
    SimulatorInputError,
  }: typeof import("../../lib/simulator/simulator") = require("../../lib/simulator/simulator");
  let simulator;
  try {
    simulator = await Simulator.start({ ...(file !== "" && { file }), ...(language && { language }), log });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const outline = error instanceof SimulatorInputError ? error.outline : undefined;
    throw new UnusableSimulator(reason, outline ?? (file === "" ? reason : `${file}: not a simulator file`));
  }
  const { endpoint, accessKeyId, accessKeySecret } = simulator;
  log(`simulator at ${endpoint}`);
  return {
    access: {
      endpoint: new URL(endpoint),
      credentials: typedCredentials({ credentialType: "access_key", accessKeyId, accessKeySecret }),
    },
    messages: async () => {
      const url = new URL(await simulator.openAmqp());
      return { url, consumerGroups: simulator.subscription.consumerGroups };
    },
    close: () => simulator.close(),
  };
}

/** The account's name as in the dialogs. */
function readName(name: unknown, id: string): string {
  return (typeof name === "string" && name.trim()) || id;
}

function readProxy(node: ProxyNode | null | undefined): ProxySettings | undefined {
  if (node === undefined) return undefined;
  const typed = readText(node?.url, { key: "errors.field-proxy" });
  if (!node || typed === "") throw invalidInput({ key: "errors.proxy-node" });
  const url = readProxyUrl(typed);
  const { username, password } = node.credentials ?? {};
  if (username) url.username = username;
  if (password) url.password = password;
  return { url: url.href, noProxy: node.noproxy ?? [] };
}
