import type { NodeAPI, NodeDef } from "node-red";
import { addAccountRoutes } from "../admin/routes";
import type { AccountCredentials, AccountNode, accountType } from "../common/account-node";
import type { AccountConfig } from "../defaults/account";
import type { SharedFiles } from "./account-handler";

export = function (RED: NodeAPI): void {
  addAccountRoutes(RED);
  const files: SharedFiles = {};

  function AccountConstructor(this: AccountNode, config: AccountConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    // Loaded with the first node of a flow, as in the invoke node.
    const { AccountHandler }: typeof import("./account-handler") = require("./account-handler");
    const handler = new AccountHandler(RED, this, config, files);
    this.coordination = handler.coordination;
    this.open = () => handler.open();
    this.lacksCredentials = () => handler.lacksCredentials();
    this.on("close", (done: () => void) => {
      void handler
        .close()
        .catch(() => undefined)
        .then(done);
    });
  }

  RED.nodes.registerType<AccountNode, NodeDef, object, AccountCredentials>(
    "aliyun-iot-account" satisfies typeof accountType,
    AccountConstructor,
    {
      credentials: {
        accessKeyId: { type: "text" },
        accessKeySecret: { type: "password" },
        securityToken: { type: "password" },
      } satisfies Record<keyof AccountCredentials, { type: "text" | "password" }>,
    },
  );
};
