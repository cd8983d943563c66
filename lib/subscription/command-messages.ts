import type { DeviceMessage } from "./device-message";
import { HeldReplies } from "./held-replies";
import type { Judgement } from "./message-group";
import { Replies, type RepliesSettings, type ReplySource } from "./replies";
import { Reports, type ReportSource } from "./reports";
import { HeldWatches, Watches, type WatchSource } from "./watches";

/** What tells a caller how its commands were carried out, and what devices do besides. */
export interface CommandMessages {
  /** Replies to services. */
  source: ReplySource;
  /** Replies to property sets. */
  sets: ReplySource;
  /** What devices report. */
  reports: ReportSource;
  /** Properties, events and states of single devices. */
  watches: WatchSource;
}

/** The messages of a subscription that somebody waits for. */
export class AwaitedMessages {
  private readonly replies: Replies;
  private readonly watches = new Watches();

  constructor(settings: RepliesSettings) {
    this.replies = new Replies(settings);
  }

  offer(message: DeviceMessage): void {
    this.replies.offer(message);
    this.watches.offer(message);
  }

  /** A message that is new for the whole group; a reply is judged by itself. */
  watched(message: DeviceMessage): void {
    this.watches.offer(message);
  }

  /** As `Replies.judge`. */
  judge(message: DeviceMessage): Judgement {
    return this.replies.judge(message);
  }

  /** As `Replies.keep`. */
  keep(message: DeviceMessage, isOthers: boolean): void {
    this.replies.keep(message, isOthers);
  }

  /** One user's part; `end` ends the user's waits with `closed`. */
  hold(): CommandMessages & { end: () => void } {
    const source = new HeldReplies(this.replies, "service");
    const sets = new HeldReplies(this.replies, "property/set");
    const watches = new HeldWatches(this.watches);
    const end = (): void => {
      for (const held of [source, sets, watches]) held.end();
    };
    return { source, sets, reports: new Reports(watches), watches, end };
  }

  /** Ends every wait as `closed`. */
  close(): void {
    this.replies.close();
    this.watches.close();
  }
}
