import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from "node-red";
import { Loop, memory } from "../load";

type Message = NodeMessageInFlow & { begunAt?: number; error?: unknown };

interface Request {
  query: Record<string, string | undefined>;
}
interface Response {
  json(body: unknown): void;
}

/**
 * Keeps messages in flight through the flow that leads from one of its outputs back to it. `GET /bench` with the
 * output, the load and the payload's size answers what was measured; `GET /bench/memory` the memory of Node-RED.
 */
export = function (RED: NodeAPI): void {
  function DriverConstructor(this: Node, config: NodeDef & { payloads: unknown[] }): void {
    RED.nodes.createNode(this, config);
    let loop: Loop | undefined;

    this.on("input", (msg: Message, _send, done) => {
      done();
      loop?.ended(msg.begunAt ?? 0, msg.error === undefined);
    });
    RED.httpNode.get("/bench", ((request: Request, response: Response) => {
      const { output = "0", inFlight = "1", milliseconds, calls } = request.query;
      const port = Number(output);
      const before = Array.from({ length: port }, () => null);
      loop = new Loop(
        {
          inFlight: Number(inFlight),
          ...(milliseconds && { milliseconds: Number(milliseconds) }),
          ...(calls && { calls: Number(calls) }),
        },
        () => {
          const payload: unknown = config.payloads[port];
          this.send([...before, { payload, begunAt: performance.now() }]);
        },
      );
      loop.start();
      void loop.measured.then((measured) => response.json(measured));
    }) as never);
    RED.httpNode.get("/bench/memory", ((_request: Request, response: Response) =>
      response.json(memory())) as never);
  }

  RED.nodes.registerType("bench-driver", DriverConstructor as never);
};
