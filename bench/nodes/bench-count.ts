import type { Node, NodeAPI, NodeDef } from "node-red";
import { Counter } from "../counter";
import { memory } from "../load";

interface Request {
  query: Record<string, string | undefined>;
}
interface Response {
  json(body: unknown): void;
}

/** `GET /bench/received?messages=…` answers once so many messages have come, with what they cost. */
export = function (RED: NodeAPI): void {
  function CountConstructor(this: Node, config: NodeDef): void {
    RED.nodes.createNode(this, config);
    const counter = new Counter();
    this.on("input", (msg, _send, done) => {
      counter.count(msg.payload);
      done();
    });
    RED.httpNode.get("/bench/received", ((request: Request, response: Response) => {
      void counter.next(Number(request.query["messages"])).then((received) => response.json(received));
    }) as never);
    RED.httpNode.get("/bench/memory", ((_request: Request, response: Response) =>
      response.json(memory())) as never);
  }

  RED.nodes.registerType("bench-count", CountConstructor);
};
