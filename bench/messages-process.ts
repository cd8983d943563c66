// A process of its own that receives messages: with rhea alone, or through a subscription with so many listeners.
import rhea, { type EventContext } from "rhea";
import { Subscription } from "../lib/subscription/subscription";
import { Counter } from "./counter";
import { memory } from "./load";
import { credits, devices, productKey } from "./posts";

const [, , kind = "bare", port = "0"] = process.argv;
const counter = new Counter();

/** The least that a receiver does: it parses each body and accepts each message. */
function startBare(): void {
  const container = rhea.create_container();
  container.on("message", ({ delivery, message }: EventContext) => {
    const { content } = message!.body as { content: Buffer };
    counter.count(JSON.parse(content.toString()));
    delivery!.accept();
  });
  const connection = container.connect({
    host: "127.0.0.1",
    port: Number(port),
    username: "a",
    password: "b",
  });
  connection.open_receiver({ autoaccept: false, credit_window: credits });
}

/** @param listeners 1 hears everything; of more, each hears one device */
function startSubscription(listeners: number): void {
  const subscription = new Subscription({
    endpoint: { host: "127.0.0.1", port: Number(port), tls: undefined },
    login: () => Promise.resolve({ username: "a", password: "b" }),
    credits,
    isOurs: () => false,
    onForeignReply: () => undefined,
    onUnacknowledged: () => undefined,
  });
  for (let index = 0; index < listeners; index++) {
    const device = listeners === 1 ? {} : { productKey, deviceName: `device${index % devices}` };
    subscription.listen({
      filter: { kind: "property", productKey: "", deviceName: "", identifier: "", ...device },
      acknowledge: "auto",
      take: (message) => counter.count(message.payload),
    });
  }
}

/** A number of messages is answered once they have come, `memory` with the memory. */
process.on("message", (messages: number | "memory") => {
  if (messages === "memory") process.send?.(memory());
  else void counter.next(messages).then((measured) => process.send?.(measured));
});
process.on("disconnect", () => process.exit());
if (kind === "bare") startBare();
else startSubscription(Number(kind));
