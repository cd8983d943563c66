import type { Failure } from "../base/failure";
import { parseWrapped } from "../base/json";
import type { Coordination } from "./coordination";
import { GroupChannel } from "./group-channel";
import { type Claim, MessageClaims } from "./message-claims";
import { type Finding, type Judgement, ReplyOffers } from "./reply-offers";

/** Objects around what a device has sent: its message. */
const levels = 1;

/** The messages of one consumer group, of which several Node-REDs each receive a part. */
export class SharedMessages {
  private readonly channel: GroupChannel;
  private readonly offers: ReplyOffers;
  private readonly claims: MessageClaims;
  private judge: (content: unknown) => Judgement = () => "nobody";
  private readonly starting: Promise<void>;
  private started: () => void = () => undefined;

  /**
   * @param identity of the group; part of the names of keys and channels
   * @param onRefused is called with why Redis does not let this member hear the others
   */
  constructor(coordination: Coordination, identity: string, onRefused: (failure: Failure) => void) {
    this.starting = new Promise((resolve) => (this.started = resolve));
    this.channel = new GroupChannel(coordination, identity, {
      heard: (from, message) => this.offers.heard(from, message),
      joined: (others) => void this.offers.joined(others).then(this.started),
      refused: onRefused,
    });
    this.offers = new ReplyOffers(this.channel, (text) => this.judgeText(text));
    this.claims = new MessageClaims(coordination, identity, this.channel.id);
  }

  /** Sets who judges whether a reply that another member has received is awaited here. */
  serve(judge: (content: unknown) => Judgement): void {
    this.judge = judge;
  }

  /** Resolves once the others can be heard. */
  joined(): Promise<void> {
    return this.starting;
  }

  /** Asks the others whether one of them waits for a reply. Never rejects. */
  offer(content: object): Promise<Finding> {
    return this.offers.offer(content);
  }

  /** Asks whether a message may be processed here. Never rejects. */
  claim(messageId: string): Promise<Claim> {
    return this.claims.ask(messageId);
  }

  /** A message has been acknowledged. */
  done(messageId: string): void {
    this.claims.done(messageId);
  }

  /** A message goes back to the platform. */
  free(messageId: string): void {
    this.claims.free(messageId);
  }

  /** May be called again. */
  async close(): Promise<void> {
    this.judge = () => "nobody";
    this.offers.close();
    await Promise.all([this.claims.close(), this.channel.close()]);
  }

  private judgeText(text: unknown): Judgement {
    try {
      return typeof text === "string" ? this.judge(parseWrapped(text, levels)) : "nobody";
    } catch {
      return "nobody";
    }
  }
}
