import type { NodeAPI, NodeDef } from "node-red";
import {
  type CoordinationCredentials,
  type CoordinationNode,
  coordinationType,
} from "../common/coordination-node";
import { hideCredentials } from "../common/hidden-credentials";
import { translator } from "../common/texts";
import { type CoordinationConfig, coordinationSettings } from "../defaults/coordination";

export = function (RED: NodeAPI): void {
  const translate = translator(RED);

  function CoordinationConstructor(this: CoordinationNode, config: CoordinationConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    hideCredentials(this);
    // Loaded with the first node of a flow, as in the invoke node.
    const {
      CoordinationHandler,
    }: typeof import("./coordination-handler") = require("./coordination-handler");
    const handler = new CoordinationHandler(RED, this, coordinationSettings(config), translate);
    this.open = () => handler.open();
    this.on("close", (done: () => void) => {
      void handler
        .close()
        .catch(() => undefined)
        .then(done);
    });
  }

  RED.nodes.registerType<CoordinationNode, NodeDef, object, CoordinationCredentials>(
    coordinationType,
    CoordinationConstructor,
    {
      credentials: {
        username: { type: "text" },
        password: { type: "password" },
      } satisfies Record<keyof CoordinationCredentials, { type: "text" | "password" }>,
    },
  );
};
