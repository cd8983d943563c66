import type { Node, NodeAPI, NodeDef } from "node-red";
import type { ReadDeviceConfig } from "../defaults/read-device";

export = function (RED: NodeAPI): void {
  function ReadDeviceConstructor(this: Node, config: ReadDeviceConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    // Loaded with the first node of a flow: many have this package installed and do not use it.
    const { ReadHandler }: typeof import("./read-handler") = require("./read-handler");
    const handler = new ReadHandler(RED, this, config);
    this.on("input", (msg, send, done) => {
      void handler.receive(msg, send, done);
    });
    this.on("close", (done: () => void) => {
      void handler.close().finally(done);
    });
  }

  RED.nodes.registerType("aliyun-iot-read-device", ReadDeviceConstructor);
};
