import { createHmac } from "node:crypto";
import { once } from "node:events";
import rhea, { type Connection, type EventContext } from "rhea";

interface SampleMessage {
  topic: string;
  messageId: string;
  content: string;
}

export interface SampleOptions {
  /** As the sample of that language writes it. */
  signMethod?: string;
  timestamp?: number | string;
  /** What stands behind the timestamp: `authId` and the rest. */
  extra?: string;
  idleTimeout?: number;
  maxFrameSize?: number;
  /** The receiver's source; none in the sample for Node.js. */
  source?: string;
}

/**
 * A subscriber as the vendor's samples are built: one container, one receiver that is opened at once, every message
 * accepted in its callback, and a connection that rhea restores by itself.
 */
export class VendorSample {
  readonly messages: SampleMessage[] = [];
  private readonly container = rhea.create_container();
  private readonly connection: Connection;
  private readonly waiting = new Set<() => void>();

  constructor(endpoint: string, options: SampleOptions = {}) {
    const { signMethod = "hmacsha1", timestamp = 1573489088171, extra = "", idleTimeout = 60_000 } = options;
    const { maxFrameSize, source } = options;
    const { hostname, port } = new URL(endpoint);
    for (const event of ["connection_error", "disconnected"]) this.container.on(event, () => undefined);
    this.container.on("message", ({ message, delivery }: EventContext) => {
      const { topic } = message!.application_properties as { topic: string };
      const { content } = message!.body as { content: Buffer };
      this.messages.push({ topic, messageId: String(message!.message_id), content: content.toString() });
      delivery!.accept();
      for (const check of this.waiting) check();
    });
    this.connection = this.container.connect({
      host: hostname,
      port: Number(port),
      reconnect: true,
      idle_time_out: idleTimeout,
      ...(maxFrameSize && { max_frame_size: maxFrameSize }),
      username: `vendor-sample|authMode=aksign,signMethod=${signMethod},timestamp=${timestamp},authId=testid,iotInstanceId=,consumerGroupId=DEFAULT_GROUP${extra}|`,
      password: createHmac(signMethod.toLowerCase().replace("hmac", ""), "testsecret")
        .update(`authId=testid&timestamp=${timestamp}`)
        .digest("base64"),
    });
    this.connection.open_receiver(source);
  }

  /** Resolves when it can receive. */
  async ready(): Promise<void> {
    await once(this.container, "receiver_open");
  }

  /** The first message of a topic, or the first of it with this text in it. */
  async message(topic: string, text = ""): Promise<SampleMessage> {
    for (;;) {
      const found = this.messages.find(
        (message) => message.topic === topic && message.content.includes(text),
      );
      if (found) return found;
      await new Promise<void>((resolve) => {
        const check = (): void => {
          this.waiting.delete(check);
          resolve();
        };
        this.waiting.add(check);
      });
    }
  }

  async close(): Promise<void> {
    this.connection.set_reconnect(false);
    const closed = once(this.container, "connection_close");
    this.connection.close();
    await closed;
  }
}
