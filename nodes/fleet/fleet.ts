import type { Node, NodeAPI, NodeDef } from "node-red";
import type { FleetConfig } from "../defaults/fleet";

export = function (RED: NodeAPI): void {
  function FleetConstructor(this: Node, config: FleetConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
  }

  RED.nodes.registerType("aliyun-iot-fleet", FleetConstructor);
};
