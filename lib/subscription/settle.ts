import type { Message, Receiver, Delivery as RheaDelivery } from "rhea";
import { checkMessage } from "../base/amqp-bytes";
import type { Delivery } from "./delivery";
import type { AmqpMessage } from "./message";
import { quietly } from "./rhea-guard";

/**
 * A delivery that can be settled once. Each settled delivery gives one new credit, so that never more than the credits
 * of the link are open; rhea's own window would give a new one for every received message.
 * @param raw the message's bytes, see `guardReceiver`
 */
export function settleable(
  receiver: Receiver,
  delivery: RheaDelivery,
  raw: Message | Buffer | undefined,
  isAlive: () => boolean,
): Delivery {
  let isSettled = false;
  const settle = (outcome: () => void): void => {
    if (isSettled || !isAlive()) return;
    isSettled = true;
    outcome();
    receiver.add_credit(1);
  };
  return {
    message: decoded(receiver, raw),
    accept: () => settle(() => delivery.accept()),
    release: () => settle(() => delivery.release()),
  };
}

/** A message that cannot be decoded is passed on as bytes; a rejected one would be redelivered again and again. */
function decoded(receiver: Receiver, raw: Message | Buffer | undefined): AmqpMessage {
  if (!Buffer.isBuffer(raw)) return raw ?? {};
  try {
    checkMessage(raw);
    return quietly(() => receiver.connection.container.message.decode(raw)) as AmqpMessage;
  } catch {
    return { body: raw };
  }
}
