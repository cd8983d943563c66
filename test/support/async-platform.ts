import { AmqpServer, reply, type Sent, type ServerOptions } from "../subscription/amqp-server";
import { type FlowOptions, key, subscriptionAt } from "./nodes";
import { callsOnly, httpAnswer, RawServer, success } from "./raw-server";

/** A call that has come in and is not answered yet. */
export interface IncomingCall {
  messageId: string;
  deviceName: string;
  args: { n?: number };
  /** Answers over HTTP that the command is on its way. */
  accept(): void;
  /** Answers anything else. */
  answer(bytes: string): void;
}

/** A stand-in for the platform whose services are all asynchronous; a test decides who says what, and when. */
export class AsyncPlatform {
  readonly calls: IncomingCall[] = [];
  private waiting: (() => void)[] = [];

  private constructor(
    readonly http: RawServer,
    readonly amqp: AmqpServer,
  ) {}

  /** @param onCall what to do with each call; usually accepts it */
  static async start(
    onCall: (call: IncomingCall, platform: AsyncPlatform) => void = (call) => call.accept(),
    options: ServerOptions = {},
  ): Promise<AsyncPlatform> {
    const answer = callsOnly((request, socket) => {
      const query = new URLSearchParams(/\?(\S*)/.exec(request)?.[1] ?? "");
      const messageId = String(1000 + platform.calls.length);
      const call: IncomingCall = {
        messageId,
        deviceName: query.get("DeviceName") ?? "",
        args: JSON.parse(query.get("Args") ?? "{}") as object,
        answer: (bytes) => socket.write(bytes),
        accept: () => socket.write(httpAnswer(success(undefined, messageId))),
      };
      platform.calls.push(call);
      onCall(call, platform);
      for (const wake of platform.waiting.splice(0)) wake();
    });
    const http = await RawServer.start(answer);
    const platform: AsyncPlatform = new AsyncPlatform(http, await AmqpServer.start(options));
    return platform;
  }

  /** A flow of one invoke node that waits for replies, and leads here. */
  flow(more: FlowOptions = {}): FlowOptions {
    return {
      ...more,
      account: { endpoint: this.http.url.href, rate: 1_000_000, ...more.account },
      credentials: key,
      invoke: { awaitReply: true, subscription: "subscription", ...more.invoke },
      more: [this.subscription(), ...(more.more ?? [])],
    };
  }

  subscription(more: object = {}): Record<string, unknown> {
    return subscriptionAt(`amqp://127.0.0.1:${this.amqp.endpoint.port}`, { name: "replies", ...more });
  }

  /** The device's reply to a call. */
  reply({ messageId, deviceName, args }: IncomingCall, fields: object = {}, id = `reply-${messageId}`): Sent {
    const own = { deviceName, iotId: `iot-${deviceName}`, data: { n: args.n }, ...fields };
    const topic = `/a1BwAGV0001/${deviceName}/thing/downlink/reply/message`;
    return { ...reply(Number(messageId), own, id), topic };
  }

  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  async close(): Promise<void> {
    await Promise.all([this.http.close(), this.amqp.close()]);
  }
}
