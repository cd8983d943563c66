import type { Node, NodeAPI, NodeDef } from "node-red";

/** Only passes messages on: what a flow costs by itself. */
export = function (RED: NodeAPI): void {
  function PassConstructor(this: Node, config: NodeDef): void {
    RED.nodes.createNode(this, config);
    this.on("input", (msg, send, done) => {
      send(msg);
      done();
    });
  }

  RED.nodes.registerType("bench-pass", PassConstructor);
};
