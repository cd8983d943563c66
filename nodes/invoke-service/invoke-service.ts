import type { Node, NodeAPI, NodeDef } from "node-red";
import { addCallRoutes } from "../admin/routes";
import type { InvokeConfig } from "../defaults/invoke-service";

export = function (RED: NodeAPI): void {
  addCallRoutes(RED, (...call) => {
    const { callNow }: typeof import("./call-now") = require("./call-now");
    return callNow(...call);
  });

  function InvokeServiceConstructor(this: Node, config: InvokeConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    // Loaded with the first node of a flow: many have this package installed and do not use it.
    const { InvokeHandler }: typeof import("./invoke-handler") = require("./invoke-handler");
    const handler = new InvokeHandler(RED, this, config);
    this.on("input", (msg, send, done) => {
      void handler.receive(msg, send, done);
    });
    this.on("close", (done: () => void) => {
      void handler.close().finally(done);
    });
  }

  RED.nodes.registerType("aliyun-iot-invoke-service", InvokeServiceConstructor);
};
