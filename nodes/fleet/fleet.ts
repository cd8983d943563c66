import type { Node, NodeAPI, NodeDef } from "node-red";
import type { FleetConfig } from "../defaults/fleet";

export = function (RED: NodeAPI): void {
  function FleetConstructor(this: Node, config: FleetConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    // Loaded with the first node of a flow: many have this package installed and do not use it.
    const { FleetHandler }: typeof import("./fleet-handler") = require("./fleet-handler");
    const handler = new FleetHandler(RED, this, config);
    this.on("input", (msg, send, done) => {
      void handler.receive(msg, send, done);
    });
    this.on("close", (removed: boolean, done: () => void) => {
      void handler.closeFleet(removed).finally(done);
    });
  }

  RED.nodes.registerType("aliyun-iot-fleet", FleetConstructor);
};
