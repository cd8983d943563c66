import type { Node, NodeAPI, NodeDef } from "node-red";
import { startBareReceiver } from "../bare-receiver";

/** Sends what a bare receiver gets, and does nothing else: what is left of message-in is Node-RED's own. */
export = function (RED: NodeAPI): void {
  function ReceiveConstructor(this: Node, config: NodeDef & { port: number }): void {
    RED.nodes.createNode(this, config);
    startBareReceiver(config.port, (payload, topic) => this.send({ payload, topic: String(topic) }));
  }

  RED.nodes.registerType("bench-receive", ReceiveConstructor as never);
};
