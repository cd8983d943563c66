import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from "node-red";

type Message = NodeMessageInFlow & { error?: unknown };

interface Response {
  json(body: unknown): void;
}

/**
 * Makes one call as soon as the flows have started: through the flow that leads from its output back to it, or by itself
 * with a bare client. `GET /bench/first` answers the milliseconds that the answer took, or null where the call failed.
 */
export = function (RED: NodeAPI): void {
  type Config = NodeDef & { bare: boolean; endpoint: string; payload: unknown };
  function FirstConstructor(this: Node, config: Config): void {
    RED.nodes.createNode(this, config);
    let begunAt = 0;
    let finish: (milliseconds: number | null) => void;
    const measured = new Promise<number | null>((resolve) => (finish = resolve));
    const ended = (isOk: boolean): void => finish(isOk ? performance.now() - begunAt : null);
    RED.events.once("flows:started", () => {
      begunAt = performance.now();
      if (!config.bare) {
        this.send({ payload: config.payload });
        return;
      }
      // Loaded now, since what the other way of calling loads is part of its time as well.
      const { bareUndici }: typeof import("../bare") = require("../bare");
      bareUndici(new URL(config.endpoint), 1)().then(
        () => ended(true),
        () => ended(false),
      );
    });
    this.on("input", (msg: Message, _send, done) => {
      done();
      ended(msg.error === undefined);
    });
    RED.httpNode.get("/bench/first", ((_request: unknown, response: Response) => {
      void measured.then((milliseconds) => response.json(milliseconds));
    }) as never);
  }

  RED.nodes.registerType("bench-first", FirstConstructor);
};
