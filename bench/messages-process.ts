// A process of its own that receives messages: with rhea alone, or through a subscription with so many listeners.
import { Subscription } from "../lib/subscription/subscription";
import { startBareReceiver } from "./bare-receiver";
import { Counter } from "./counter";
import { memory } from "./load";
import { credits, devices, productKey } from "./posts";

const [, , kind = "bare", port = "0"] = process.argv;
const counter = new Counter();

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
if (kind === "bare") startBareReceiver(Number(port), (payload) => counter.count(payload));
else startSubscription(Number(kind));
