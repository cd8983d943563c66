import type { Node, NodeAPI, NodeDef } from "node-red";
import type { SetPropertiesConfig } from "../defaults/set-properties";

export = function (RED: NodeAPI): void {
  function SetPropertiesConstructor(this: Node, config: SetPropertiesConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    // Loaded with the first node of a flow: many have this package installed and do not use it.
    const { PropertiesHandler }: typeof import("./properties-handler") = require("./properties-handler");
    const handler = new PropertiesHandler(RED, this, config);
    this.on("input", (msg, send, done) => {
      void handler.receive(msg, send, done);
    });
    this.on("close", (done: () => void) => {
      void handler.close().finally(done);
    });
  }

  RED.nodes.registerType("aliyun-iot-set-properties", SetPropertiesConstructor);
};
