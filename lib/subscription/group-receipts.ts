import { isObject } from "../base/json";
import type { AwaitedMessages } from "./command-messages";
import type { Delivery } from "./delivery";
import type { DeviceMessage } from "./device-message";
import type { Judgement, MessageGroup } from "./message-group";
import { isReplyOfCommand } from "./reply-message";

/** The platform takes a message back after 30 s (docs/protocol.md, 8.5). */
const maxHeldMs = 25_000;
/** How long others may take to be there again. */
const maxLaterMs = 4000;
const pauseMs = { first: 20, max: 500 };

interface ReceiptsSettings {
  /** What waits for messages here. */
  awaited(): AwaitedMessages | undefined;
  /** Whether a message has been handed out here, and is not acknowledged. */
  isPending(messageId: string): boolean;
  /** A message has been processed by another Node-RED. */
  known(messageId: string): void;
  /** A message that is this Node-RED's to process. */
  pass(message: DeviceMessage, delivery: Delivery): void;
  elapsed(): number;
}

/**
 * Messages between their receipt and the listeners, where several Node-REDs receive those of one group: a message that another
 * one processes, or has processed, is not processed here; and a reply goes to the one whose call waits for it before it is
 * acknowledged. What cannot be known while Redis is away is treated so that nothing is lost: replies that nobody here waits for
 * go back to the platform, and all other messages are processed.
 */
export class GroupReceipts {
  /** By message, all deliveries of it that are on their way. */
  private readonly open = new Map<string, Delivery[]>();
  private isClosed = false;
  /** Those who pause before they ask again. */
  private readonly pauses = new Map<NodeJS.Timeout, () => void>();

  constructor(
    private readonly group: MessageGroup,
    private readonly settings: ReceiptsSettings,
  ) {
    group.serve((content) => this.judgeOffer(content));
  }

  receive(message: DeviceMessage, delivery: Delivery): void {
    const { messageId } = message;
    const others = this.open.get(messageId);
    if (others) {
      others.push(delivery);
      return;
    }
    const deliveries = [delivery];
    if (messageId !== "") this.open.set(messageId, deliveries);
    void this.proceed(message, together(delivery, deliveries)).finally(() => this.open.delete(messageId));
  }

  /** What is on its way goes no further. */
  close(): void {
    this.isClosed = true;
    for (const [timer, resume] of this.pauses) {
      clearTimeout(timer);
      resume();
    }
    this.pauses.clear();
  }

  /** Never rejects. */
  private async proceed(message: DeviceMessage, delivery: Delivery): Promise<void> {
    const { settings } = this;
    const isNew = message.messageId === "" || !settings.isPending(message.messageId);
    // Its own replies wait for nothing.
    const isTaken = isNew && settings.awaited()?.judge(message) === "taken";
    if (message.messageId !== "" && !(await this.claim(message, delivery))) return;
    if (isNew) settings.awaited()?.watched(message);
    if (isNew && !isTaken && isReplyOfCommand(message) && !(await this.findCaller(message))) {
      this.giveBack(message, delivery);
      return;
    }
    settings.pass(message, delivery);
  }

  /** @returns whether the message is to be processed here; else the delivery is settled */
  private async claim(message: DeviceMessage, delivery: Delivery): Promise<boolean> {
    const { messageId } = message;
    const until = this.settings.elapsed() + maxHeldMs;
    for (let wait = pauseMs.first; !this.isClosed; wait = Math.min(2 * wait, pauseMs.max)) {
      const claim = await this.group.claim(messageId);
      if (claim === "ours" || claim === "unknown") return true;
      if (claim === "done") {
        this.settings.known(messageId);
        delivery.accept();
        return false;
      }
      if (this.settings.elapsed() >= until) break;
      await this.pause(wait);
    }
    delivery.release();
    return false;
  }

  /** @returns whether the reply may be acknowledged: all that may wait for it have it, or no call waits */
  private async findCaller(message: DeviceMessage): Promise<boolean> {
    const { settings } = this;
    const until = settings.elapsed() + maxLaterMs;
    for (let wait = pauseMs.first; !this.isClosed; wait = Math.min(2 * wait, pauseMs.max)) {
      const finding = await this.group.offer(message);
      if (finding === "taken") return true;
      // A call may have got its id meanwhile.
      const own = settings.awaited()?.judge(message) ?? "nobody";
      if (own === "taken") return true;
      if (finding === "awaited" || finding === "nobody" || finding === "past") {
        // No call has its id, so it may be that of a batch, which has none.
        if (finding !== "awaited" && own === "nobody" && settings.awaited()?.takeUnnamed(message))
          return true;
        settings.awaited()?.keep(message, finding !== "nobody");
        return true;
      }
      if (own === "awaited") settings.awaited()?.keep(message, true);
      if (finding === "unknown" || settings.elapsed() >= until) return false;
      await this.pause(wait);
    }
    return false;
  }

  /** What another Node-RED has received. A reply that came before the id of its call is kept here. */
  private judgeOffer(content: unknown): Judgement {
    const message = readOffer(content);
    const awaited = this.settings.awaited();
    if (!message || !awaited) return "nobody";
    const judgement = awaited.judge(message);
    if (judgement === "awaited") awaited.keep(message, true);
    return judgement;
  }

  private giveBack({ messageId }: DeviceMessage, delivery: Delivery): void {
    if (messageId !== "") this.group.free(messageId);
    delivery.release();
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.pauses.delete(timer);
        resolve();
      }, milliseconds);
      this.pauses.set(timer, resolve);
    });
  }
}

/** All deliveries of one message as one, those that come later included. */
function together({ message }: Delivery, deliveries: readonly Delivery[]): Delivery {
  return {
    message,
    accept: () => deliveries.forEach((delivery) => delivery.accept()),
    release: () => deliveries.forEach((delivery) => delivery.release()),
  };
}

/** An offer of another version of this package, or of another program, may be anything. */
function readOffer(message: unknown): DeviceMessage | undefined {
  if (!isObject(message) || message["kind"] !== "reply") return undefined;
  const names = ["topic", "requestId", "messageId", "productKey", "deviceName", "iotId", "identifier"];
  if (names.some((name) => message[name] !== undefined && typeof message[name] !== "string"))
    return undefined;
  const time = message["generateTime"];
  if (time !== undefined && typeof time !== "number") return undefined;
  return message as unknown as DeviceMessage;
}
