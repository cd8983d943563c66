import type { NodeAPI, NodeDef } from "node-red";
import type { SubscriptionNode, subscriptionType } from "../common/subscription-node";
import type { SubscriptionConfig } from "../defaults/subscription";
import type { Logins } from "./open-subscription";

export = function (RED: NodeAPI): void {
  // One for all nodes of this runtime.
  let logins: Logins | undefined;

  function SubscriptionConstructor(this: SubscriptionNode, config: SubscriptionConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    // Loaded with the first node of a flow, as in the invoke node.
    const { Logins }: typeof import("./open-subscription") = require("./open-subscription");
    const {
      SubscriptionHandler,
    }: typeof import("./subscription-handler") = require("./subscription-handler");
    logins ??= new Logins();
    const handler = new SubscriptionHandler(RED, this, config, logins);
    this.account = handler.accountId;
    this.open = () => handler.open();
    this.join = (user) => handler.join(user);
    this.on("close", (done: () => void) => {
      void handler
        .close()
        .catch(() => undefined)
        .then(done);
    });
  }

  RED.nodes.registerType(
    "aliyun-iot-subscription" satisfies typeof subscriptionType,
    SubscriptionConstructor,
  );
};
