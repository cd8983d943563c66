import type { JsonObject } from "../base/json";
import { pause } from "../base/pause";
import type { GroupChannel } from "./group-channel";
import { GroupPeers } from "./group-peers";

/**
 * What a member says of a reply that another one has received: a call of its own was waiting and has it (`taken`); a call of its
 * own that has no id yet may be waiting for it, so it is kept (`awaited`); the call was its own and waits no longer (`past`);
 * none of these (`nobody`).
 */
export type Judgement = "taken" | "awaited" | "past" | "nobody";

/** What all other members say together; `later`: ask again; `unknown`: a member that may be waiting cannot be asked. */
export type Finding = Judgement | "later" | "unknown";

const judgements: readonly Judgement[] = ["taken", "awaited", "past", "nobody"];

/** Offers in one message. */
const maxOffers = 100;
const maxBatchLength = 256 * 1024;
/** A reply of a device is at most half as long. */
const maxOfferLength = 1024 * 1024;
/** Time for the others to answer. */
const answerMs = 500;
/** Members that lost the connection together with this one are back by then. */
const awayMs = 3000;

interface Offer {
  text: string;
  resolve: (finding: Finding) => void;
}

/** Offers that were made in one message, and the answers to them. */
interface Batch {
  offers: Offer[];
  /** The best answer to each so far, as a position in `judgements`. */
  best: number[];
  /** Members that have answered. */
  answered: Set<string>;
  /** Members that have yet to answer; in all, as many as listened have to. */
  asked: Set<string>;
  listeners: number;
  timer: NodeJS.Timeout;
}

/**
 * Asks the other members which of them waits for a reply that has arrived here. Each judges by its own memory, which knows every
 * call that is under way. So a call writes nothing to Redis, and nothing is lost with the data of Redis.
 */
export class ReplyOffers {
  private readonly peers: GroupPeers;
  private readonly batches = new Map<number, Batch>();
  private queue: Offer[] = [];
  private length = 0;
  private flushing: NodeJS.Immediate | undefined;
  private count = 0;
  private awaySince: number | undefined;
  private silentSince: number | undefined;

  constructor(
    private readonly channel: GroupChannel,
    private readonly judge: (content: unknown) => Judgement,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.peers = new GroupPeers(now);
    this.awaySince = now();
  }

  /** Offers a reply to the others. Never rejects. */
  offer(content: object): Promise<Finding> {
    if (!this.channel.isJoined || this.awaySince !== undefined) return Promise.resolve(this.away());
    const text = JSON.stringify(content);
    if (text.length > maxOfferLength) return Promise.resolve("nobody");
    return new Promise((resolve) => {
      if (this.queue.length >= maxOffers || this.length + text.length > maxBatchLength) this.flush();
      this.queue.push({ text, resolve });
      this.length += text.length;
      this.flushing ??= setImmediate(() => this.flush());
    });
  }

  /**
   * This member hears the others again, or for the first time.
   * @param others how many will say that they are there
   * @returns once it knows them
   */
  async joined(others: number): Promise<void> {
    this.awaySince ??= this.now();
    this.peers.again();
    const until = this.now() + answerMs;
    while (this.peers.count < others && this.now() < until) await pause(10, undefined);
    this.awaySince = undefined;
  }

  /** What another member has said. */
  heard(from: string, message: JsonObject): void {
    if (message["bye"] === true) {
      this.peers.leave(from);
      for (const [number, batch] of this.batches) {
        batch.asked.delete(from);
        this.check(number, batch);
      }
      return;
    }
    this.peers.hear(from);
    const { offers, answers, number } = message;
    if (typeof number !== "number") return;
    if (Array.isArray(offers)) this.answer(from, number, offers);
    else if (Array.isArray(answers)) this.answered(from, number, answers);
  }

  close(): void {
    clearImmediate(this.flushing);
    for (const { resolve } of this.queue.splice(0)) resolve("unknown");
    for (const number of this.batches.keys()) this.end(number, "unknown");
  }

  private away(): Finding {
    this.awaySince ??= this.now();
    return this.now() - this.awaySince < awayMs ? "later" : "unknown";
  }

  private flush(): void {
    clearImmediate(this.flushing);
    this.flushing = undefined;
    const offers = this.queue;
    this.queue = [];
    this.length = 0;
    if (offers.length === 0) return;
    const number = ++this.count;
    const batch: Batch = {
      offers,
      best: offers.map(() => judgements.length - 1),
      answered: new Set(),
      asked: new Set(this.peers.present()),
      listeners: Infinity,
      timer: setTimeout(() => this.late(number), answerMs),
    };
    this.batches.set(number, batch);
    const content = { number, offers: offers.map(({ text }) => text) };
    this.channel.say(content).then(
      (listeners) => {
        batch.listeners = listeners - 1;
        this.check(number, batch);
      },
      () => this.end(number, this.away()),
    );
  }

  private answer(from: string, number: number, offers: readonly unknown[]): void {
    const answers = offers.map((text) => this.judge(text));
    this.channel.say({ number, answers }, from).catch(() => undefined);
  }

  private answered(from: string, number: number, answers: readonly unknown[]): void {
    const batch = this.batches.get(number);
    if (!batch) return;
    batch.offers.forEach(({ resolve }, index) => {
      const judgement = judgements.indexOf(answers[index] as Judgement);
      if (judgement < 0) return;
      batch.best[index] = Math.min(batch.best[index]!, judgement);
      if (judgements[judgement] === "taken") resolve("taken");
    });
    batch.answered.add(from);
    batch.asked.delete(from);
    this.check(number, batch);
  }

  /** Not all have answered. */
  private late(number: number): void {
    const now = this.now();
    this.silentSince ??= now;
    const isMember = this.batches.get(number)!.asked.size > 0 || this.peers.hasMissing();
    // Whoever listens for seconds without saying anything is no member, but somebody who watches the channel.
    if (isMember || now - this.silentSince < awayMs) this.end(number, "later");
    else this.end(number, undefined);
  }

  /** Ends a batch once all have answered. */
  private check(number: number, batch: Batch): void {
    if (this.batches.get(number) !== batch) return;
    if (batch.asked.size > 0 || batch.answered.size < batch.listeners) return;
    this.silentSince = undefined;
    this.end(number, this.peers.hasMissing() ? "unknown" : undefined);
  }

  /** @param finding on what nobody has taken; undefined: what the members have said of it */
  private end(number: number, finding: Finding | undefined): void {
    const batch = this.batches.get(number);
    if (!batch) return;
    clearTimeout(batch.timer);
    this.batches.delete(number);
    const nobody: Judgement = this.peers.hasFormer() ? "past" : "nobody";
    batch.offers.forEach(({ resolve }, index) => {
      const judgement = judgements[batch.best[index]!]!;
      if (finding === undefined && judgement === "nobody") return resolve(nobody);
      // A member that says so knows better than one that is silent.
      resolve(finding === undefined || judgement === "taken" || judgement === "past" ? judgement : finding);
    });
  }
}
