import type { Node, NodeAPI, NodeDef } from "node-red";
import type { MessageInConfig } from "../defaults/message-in";

export = function (RED: NodeAPI): void {
  function MessageInConstructor(this: Node, config: MessageInConfig & NodeDef): void {
    RED.nodes.createNode(this, config);
    // Loaded with the first node of a flow, as in the invoke node.
    const { MessageInHandler }: typeof import("./message-in-handler") = require("./message-in-handler");
    const handler = new MessageInHandler(RED, this, config);
    this.on("input", (msg, _send, done) => {
      handler.acknowledge(msg);
      handler.end(done);
    });
    this.on("close", (done: () => void) => {
      handler.close();
      done();
    });
  }

  RED.nodes.registerType("aliyun-iot-message-in", MessageInConstructor);
};
