import type { NodeAPI, NodeDef } from "node-red";
import { Logins, type SubscriptionConfig } from "./shared/open-subscription";
import { SubscriptionHandler } from "./shared/subscription-handler";
import { type SubscriptionNode, subscriptionType } from "./shared/subscription-node";
import { translator } from "./shared/texts";

export = function (RED: NodeAPI): void {
  const translate = translator(RED);
  const logins = new Logins();

  function SubscriptionConstructor(this: SubscriptionNode, config: SubscriptionConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
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
