import type { DeviceMessage } from "./device-message";
import { type AnswerSource, DeviceReplies, HeldDeviceReplies } from "./device-replies";
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
  /** Replies to commands whose ids nobody knows, by device. */
  byDevice: AnswerSource;
  /** What devices report. */
  reports: ReportSource;
  /** Properties, events and states of single devices. */
  watches: WatchSource;
}

/** The messages of a subscription that somebody waits for. */
export class AwaitedMessages {
  private readonly replies: Replies;
  private readonly byDevice = new DeviceReplies();
  private readonly watches = new Watches();

  constructor(settings: RepliesSettings) {
    const takeUnnamed: RepliesSettings["takeUnnamed"] = (message, reply) =>
      this.byDevice.take(message, reply);
    this.replies = new Replies({ ...settings, takeUnnamed });
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

  /** As `Replies.takeUnnamed`. */
  takeUnnamed(message: DeviceMessage): boolean {
    return this.replies.takeUnnamed(message);
  }

  /** One user's part; `end` ends the user's waits with `closed`. */
  hold(): CommandMessages & { end: () => void } {
    const source = new HeldReplies(this.replies, "service");
    const sets = new HeldReplies(this.replies, "property/set");
    const byDevice = new HeldDeviceReplies(this.byDevice);
    const watches = new HeldWatches(this.watches);
    const end = (): void => {
      for (const held of [source, sets, byDevice, watches]) held.end();
    };
    return { source, sets, byDevice, reports: new Reports(watches), watches, end };
  }

  /** Ends every wait as `closed`. */
  close(): void {
    this.replies.close();
    this.byDevice.close();
    this.watches.close();
  }
}
