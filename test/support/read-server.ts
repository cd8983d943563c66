import type { Socket } from "node:net";
import { key, type Message, TestFlow, unload } from "./nodes";
import { httpAnswer, RawServer } from "./raw-server";

/** What a server says to an operation: an object is a successful answer, text the whole body, undefined a refusal. */
export type Answers = (action: string, parameters: URLSearchParams) => unknown;

/** A server in the platform's place that says anything, and flows of one read-device node that ask it. */
export class ReadServer {
  /** The operations that were asked for, in order. */
  readonly asked: string[] = [];
  private server: RawServer | undefined;

  async flow(settings: Record<string, unknown>, answers: Answers): Promise<TestFlow> {
    await this.close();
    this.asked.length = 0;
    this.server = await RawServer.start((request, socket) => this.answer(request, socket, answers));
    return TestFlow.load({
      account: { platform: "cloud", endpoint: this.server.url.href, credentialType: "access_key" },
      credentials: key,
      nodeType: "aliyun-iot-read-device",
      invoke: { timeout: 5, ...settings },
    });
  }

  /** One message through such a flow. */
  async run(settings: Record<string, unknown>, answers: Answers): Promise<Message> {
    const { msg } = await (await this.flow(settings, answers)).run({});
    return msg;
  }

  async close(): Promise<void> {
    await unload();
    await this.server?.close();
    this.server = undefined;
  }

  private answer(request: string, socket: Socket, answers: Answers): void {
    const action = /^x-acs-action: (\w+)/im.exec(request)?.[1] ?? "";
    const query = /^\S+ \/\?(\S*)/.exec(request)?.[1] ?? "";
    this.asked.push(action);
    const given = answers(action, new URLSearchParams(query));
    const refusal = { RequestId: "R", Success: false, Code: "iot.prod.NotExistedProduct" };
    const body = given === undefined ? refusal : { RequestId: "R", Success: true, ...(given as object) };
    socket.write(httpAnswer(typeof given === "string" ? given : JSON.stringify(body)));
  }
}
