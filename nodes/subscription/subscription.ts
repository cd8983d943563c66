import type { NodeAPI, NodeDef } from "node-red";
import { hideCredentials } from "../common/hidden-credentials";
import { type SubscriptionNode, subscriptionType } from "../common/subscription-node";
import { translator } from "../common/texts";
import { type SubscriptionConfig, subscriptionSettings } from "../defaults/subscription";
import type { Logins } from "./open-subscription";

export = function (RED: NodeAPI): void {
  const translate = translator(RED);
  // One for all nodes of this runtime.
  let logins: Logins | undefined;

  function SubscriptionConstructor(this: SubscriptionNode, config: SubscriptionConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    // The node has no credentials, but Node-RED adds whatever is stored under its id.
    hideCredentials(this);
    // Loaded with the first node of a flow, as in the invoke node.
    const { Logins }: typeof import("./open-subscription") = require("./open-subscription");
    const {
      SubscriptionHandler,
    }: typeof import("./subscription-handler") = require("./subscription-handler");
    const settings = subscriptionSettings(config);
    logins ??= new Logins();
    const handler = new SubscriptionHandler(RED, this, settings, logins, translate);
    this.account = typeof settings.account === "string" ? settings.account : "";
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
