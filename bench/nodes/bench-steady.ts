import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from "node-red";
import { memory } from "../load";
import { Steady } from "../steady";

type Message = NodeMessageInFlow & { begunAt?: number; error?: unknown };

interface Request {
  query: Record<string, string | undefined>;
}
interface Response {
  json(body: unknown): void;
}

/**
 * Sends messages at an even pace through the flow that leads from its first output back to it, while others wait behind the
 * second. `GET /bench/steady?perSecond=…&milliseconds=…` answers what was measured, `GET /bench/process` what this process
 * is and takes.
 */
export = function (RED: NodeAPI): void {
  type Config = NodeDef & { payload: unknown; waiting: number };
  function SteadyConstructor(this: Node, config: Config): void {
    RED.nodes.createNode(this, config);
    let steady: Steady | undefined;
    let cameBack = 0;

    this.on("input", (msg: Message, _send, done) => {
      done();
      if (msg.begunAt === undefined) cameBack++;
      else steady?.ended(msg.begunAt, msg.error === undefined);
    });
    RED.httpNode.get("/bench/wait", ((_request: unknown, response: Response) => {
      for (let n = 0; n < config.waiting; n++) this.send([null, { topic: `device${n}`, payload: n }]);
      response.json(config.waiting);
    }) as never);
    RED.httpNode.get("/bench/steady", ((request: Request, response: Response) => {
      const { perSecond = "1", milliseconds = "1000" } = request.query;
      steady = new Steady(Number(perSecond), Number(milliseconds), () =>
        this.send([{ payload: config.payload, begunAt: performance.now() }, null]),
      );
      void steady.measured.then((measured) => response.json({ ...measured, cameBack }));
    }) as never);
    RED.httpNode.get("/bench/process", ((_request: unknown, response: Response) => {
      response.json({ pid: process.pid, ...memory() });
    }) as never);
  }

  RED.nodes.registerType("bench-steady", SteadyConstructor);
};
