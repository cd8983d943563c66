import type { Node } from "node-red";
import type { CredentialSource } from "../../lib/cloud/credentials";
import type { Coordination } from "../../lib/coordination/coordination";
import type { BatchLimits } from "../../lib/fleet/batch/batch-limits";
import type { TargetSources } from "../../lib/fleet/targets/sources";
import type { Governor } from "../../lib/invocation/governor";
import type { Account } from "../../lib/invocation/invoke";
import type { IssuedCalls } from "../../lib/invocation/issued-calls";
import type { ModelSource } from "../../lib/invocation/model-source";
import type { Catalog } from "../../lib/look-up/catalog";
import type { ThingModels } from "../../lib/look-up/models";
import type { PresentValues } from "../../lib/look-up/present-values";
import type { DeviceReads } from "../../lib/reading/device-reads";
import type { ReadModels } from "../../lib/reading/known-types";
import type { Shares } from "../../lib/subscription/shares";

export const accountType = "aliyun-iot-account";

export interface AccountCredentials {
  accessKeyId?: string;
  accessKeySecret?: string;
  securityToken?: string;
}

/** What a subscription needs of its account. */
export interface SubscriptionAccess {
  credentials: CredentialSource;
  /** Blank for an instance without an id. */
  instanceId: string;
  regionId: string;
  /** The messages of the account's simulator; undefined for the cloud. */
  simulator: { url: URL; consumerGroups: readonly string[] } | undefined;
  /** How far the platform's clock is ahead of this machine's, once the platform has complained of it; else 0. */
  clockOffsetMs(): number;
  /** Makes a harmless call, so that the platform may report a wrong clock. Never rejects. */
  checkClock(): Promise<void>;
}

/** A Redis, and what tells the account there from others. */
export interface AccountSharing {
  coordination: Coordination;
  identity: string;
}

/** An account with everything that dialogs, checks and subscriptions use. */
export interface UsableAccount extends Account {
  governor: Governor;
  /** What the platform allows of calls that reach many devices. */
  batches: BatchLimits;
  catalog: Catalog;
  thingModels: ThingModels;
  /** What the platform has last heard of devices. */
  present: PresentValues;
  /** Reads devices at the account's pace. */
  reads: DeviceReads;
  models: ModelSource & Pick<ReadModels, "modulesOf">;
  /** Finds out which devices a fleet has. */
  targets: TargetSources;
  /** The latest asynchronous calls. */
  issued: IssuedCalls;
  /** The connections that its subscriptions share. */
  shares: Shares;
  /** By what it is shared with other Node-REDs; undefined where it is not. */
  sharing: AccountSharing | undefined;
  /** @throws {Failure} where the simulator cannot offer messages */
  subscriptionAccess(): Promise<SubscriptionAccess>;
}

/** What the account node offers to the nodes that use it. */
export interface AccountNode extends Node<AccountCredentials> {
  /** Id of the coordination node; blank: its quota is shared with nobody. */
  coordination: string;
  /**
   * The client and the quota that all nodes of this account share; created on first use, and synchronous from then on.
   * @throws {Failure} `missing-credentials` or `invalid-input`, on every call while the settings are wrong
   */
  open(): UsableAccount | Promise<UsableAccount>;
  /** Whether `open` would fail with `missing-credentials`, as far as the settings tell; opens nothing. */
  lacksCredentials(): boolean;
}
