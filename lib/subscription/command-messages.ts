import type { DeviceMessage } from "./device-message";
import { HeldReplies } from "./held-replies";
import { Replies, type RepliesSettings, type ReplySource } from "./replies";
import { HeldReports, Reports, type ReportSource } from "./reports";

/** What tells a caller how its commands were carried out. */
export interface CommandMessages {
  /** Replies to services. */
  source: ReplySource;
  /** Replies to property sets. */
  sets: ReplySource;
  /** What devices report. */
  reports: ReportSource;
}

/** The messages of a subscription that tell how commands were carried out. */
export class AwaitedMessages {
  private readonly replies: Replies;
  private readonly reports = new Reports();

  constructor(settings: RepliesSettings) {
    this.replies = new Replies(settings);
  }

  offer(message: DeviceMessage): void {
    this.replies.offer(message);
    this.reports.offer(message);
  }

  /** One user's part; `end` ends the user's waits with `closed`. */
  hold(): CommandMessages & { end: () => void } {
    const source = new HeldReplies(this.replies, "service");
    const sets = new HeldReplies(this.replies, "property/set");
    const reports = new HeldReports(this.reports);
    const end = (): void => {
      for (const held of [source, sets, reports]) held.end();
    };
    return { source, sets, reports, end };
  }

  /** Ends every wait as `closed`. */
  close(): void {
    this.replies.close();
    this.reports.close();
  }
}
