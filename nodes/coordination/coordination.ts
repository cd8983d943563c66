import type { NodeAPI, NodeDef } from "node-red";
import type {
  CoordinationCredentials,
  CoordinationNode,
  coordinationType,
} from "../common/coordination-node";
import type { CoordinationConfig } from "../defaults/coordination";

export = function (RED: NodeAPI): void {
  function CoordinationConstructor(this: CoordinationNode, config: CoordinationConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    // Loaded with the first node of a flow, as in the invoke node.
    const {
      CoordinationHandler,
    }: typeof import("./coordination-handler") = require("./coordination-handler");
    const handler = new CoordinationHandler(RED, this, config);
    this.open = () => handler.open();
    this.on("close", (done: () => void) => {
      void handler
        .close()
        .catch(() => undefined)
        .then(done);
    });
  }

  RED.nodes.registerType<CoordinationNode, NodeDef, object, CoordinationCredentials>(
    "aliyun-iot-coordination" satisfies typeof coordinationType,
    CoordinationConstructor,
    {
      credentials: {
        username: { type: "text" },
        password: { type: "password" },
      } satisfies Record<keyof CoordinationCredentials, { type: "text" | "password" }>,
    },
  );
};
