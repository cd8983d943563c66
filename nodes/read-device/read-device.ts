import type { Node, NodeAPI, NodeDef } from "node-red";
import { translator } from "../common/texts";
import { type ReadDeviceConfig, readDeviceSettings } from "../defaults/read-device";

export = function (RED: NodeAPI): void {
  const translate = translator(RED);

  function ReadDeviceConstructor(this: Node, config: ReadDeviceConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    // Loaded with the first node of a flow: many have this package installed and do not use it.
    const { ReadHandler }: typeof import("./read-handler") = require("./read-handler");
    const handler = new ReadHandler(RED, this, readDeviceSettings(config), translate);
    this.on("input", (msg, send, done) => {
      void handler.receive(msg, send, done);
    });
    this.on("close", (done: () => void) => {
      void handler.close().finally(done);
    });
  }

  RED.nodes.registerType("aliyun-iot-read-device", ReadDeviceConstructor);
};
