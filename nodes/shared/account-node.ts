import type { Node } from "node-red";
import type { Account } from "../../lib/invocation/invoke";
import type { Catalog } from "../../lib/look-up/catalog";
import type { ThingModels } from "../../lib/look-up/models";

export const accountType = "aliyun-iot-account";

export interface AccountCredentials {
  accessKeyId?: string;
  accessKeySecret?: string;
  securityToken?: string;
}

/** An account with what it lets a dialog or a check look up. */
export interface UsableAccount extends Account {
  catalog: Catalog;
  models: ThingModels;
}

/** What the account node offers to the nodes that use it. */
export interface AccountNode extends Node<AccountCredentials> {
  /**
   * The client and the quota that all nodes of this account share; made on first use.
   * @throws Failure `missing-credentials` or `invalid-input`, each time anew while the settings are wrong
   */
  open(): Promise<UsableAccount>;
}
