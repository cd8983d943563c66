import type { NodeAPI, NodeDef } from "node-red";
import type { Logins, SubscriptionConfig } from "./shared/open-subscription";
import { type SubscriptionNode, subscriptionType } from "./shared/subscription-node";
import { translator } from "./shared/texts";

export = function (RED: NodeAPI): void {
  const translate = translator(RED);
  // One for all nodes of this runtime.
  let logins: Logins | undefined;

  function SubscriptionConstructor(this: SubscriptionNode, config: SubscriptionConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    // Loaded with the first node of a flow, as in the invoke node.
    const { Logins }: typeof import("./shared/open-subscription") = require("./shared/open-subscription");
    const {
      SubscriptionHandler,
    }: typeof import("./shared/subscription-handler") = require("./shared/subscription-handler");
    logins ??= new Logins();
    const handler = new SubscriptionHandler(RED, this, config, logins, translate);
    this.account = typeof config.account === "string" ? config.account : "";
    this.open = () => handler.open();
    this.join = (user) => handler.join(user);
    this.on("close", (done: () => void) => {
      void handler
        .close()
        .catch(() => undefined)
        .then(done);
    });
  }

  RED.nodes.registerType(subscriptionType, SubscriptionConstructor);
};
