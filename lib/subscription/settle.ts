import type { Message, Receiver, Delivery as RheaDelivery } from "rhea";
import { checkMessage } from "../base/amqp-bytes";
import type { Credits } from "./credits";
import { decodeQuick } from "./decode-quick";
import type { Delivery } from "./delivery";
import type { AmqpMessage } from "./message";
import { quietly } from "./rhea-guard";

/**
 * A delivery that can be settled once. Each settled delivery gives one new credit, so that never more than the credits
 * of the link are open; rhea's own window would give a new one for every received message.
 */
export class SettledOnce implements Delivery {
  readonly message: AmqpMessage;
  private isSettled = false;

  /** @param raw the message's bytes, see `guardReceiver` */
  constructor(
    receiver: Receiver,
    raw: Message | Buffer | undefined,
    private readonly delivery: RheaDelivery,
    private readonly credits: Credits,
    private readonly isAlive: () => boolean,
  ) {
    this.message = decoded(receiver, raw);
  }

  accept(): void {
    if (this.isSettled || !this.isAlive()) return;
    this.isSettled = true;
    this.delivery.accept();
    this.credits.settled();
  }

  release(): void {
    if (this.isSettled || !this.isAlive()) return;
    this.isSettled = true;
    this.delivery.release();
    this.credits.settled();
  }
}

/** A message that cannot be decoded is passed on as bytes; a rejected one would be redelivered again and again. */
function decoded(receiver: Receiver, raw: Message | Buffer | undefined): AmqpMessage {
  if (!Buffer.isBuffer(raw)) return raw ?? {};
  const quick = decodeQuick(raw);
  if (quick) return quick;
  try {
    checkMessage(raw);
    return quietly(() => receiver.connection.container.message.decode(raw)) as AmqpMessage;
  } catch {
    return { body: raw };
  }
}
