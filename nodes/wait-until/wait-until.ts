import type { Node, NodeAPI, NodeDef } from "node-red";
import { translator } from "../common/texts";
import { type WaitUntilConfig, waitUntilSettings } from "../defaults/wait-until";

export = function (RED: NodeAPI): void {
  const translate = translator(RED);

  function WaitUntilConstructor(this: Node, config: WaitUntilConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    // Loaded with the first node of a flow: many have this package installed and do not use it.
    const { WaitHandler }: typeof import("./wait-handler") = require("./wait-handler");
    const handler = new WaitHandler(RED, this, waitUntilSettings(config), translate);
    this.on("input", (msg, send, done) => {
      void handler.receive(msg, send, done);
    });
    this.on("close", (done: () => void) => {
      void handler.close().finally(done);
    });
  }

  RED.nodes.registerType("aliyun-iot-wait-until", WaitUntilConstructor);
};
