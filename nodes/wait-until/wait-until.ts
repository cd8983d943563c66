import type { Node, NodeAPI, NodeDef } from "node-red";
import type { WaitUntilConfig } from "../defaults/wait-until";

export = function (RED: NodeAPI): void {
  function WaitUntilConstructor(this: Node, config: WaitUntilConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    // Loaded with the first node of a flow: many have this package installed and do not use it.
    const { WaitHandler }: typeof import("./wait-handler") = require("./wait-handler");
    const handler = new WaitHandler(RED, this, config);
    this.on("input", (msg, send, done) => {
      void handler.receive(msg, send, done);
    });
    this.on("close", (done: () => void) => {
      void handler.close().finally(done);
    });
  }

  RED.nodes.registerType("aliyun-iot-wait-until", WaitUntilConstructor);
};
