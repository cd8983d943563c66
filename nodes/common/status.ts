import type { Node, NodeStatus } from "node-red";
import type { Failure } from "../../lib/base/failure";
import type { Progress } from "../../lib/invocation/invoke";
import { type Ending, endingStatus, type Stages, stagesText } from "./status-texts";
import type { Translate } from "./texts";

const shortestGapMs = 100;

/** The status line of a node that calls: what is under way, else what is in the way, else how the last call went. */
export class StatusLine {
  private readonly counts: Stages = { waiting: 0, inFlight: 0, awaitingReply: 0, held: 0 };
  private readonly troubles: { replies?: NodeStatus | undefined; quota?: NodeStatus | undefined } = {};
  private last: Ending | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStale = false;
  private isSilent = false;
  /** What is shown of what is under way, in place of the number of calls. */
  progress: (() => string | undefined) | undefined;

  constructor(
    private readonly node: Node,
    private readonly translate: Translate,
  ) {}

  /** Adds a call, which waits for its turn, or a message that is held. */
  begin(stage: "waiting" | "held" = "waiting"): CallStatus {
    return new CallStatus(this, stage);
  }

  /** @internal by a call */
  moved(from: keyof Stages | undefined, to: keyof Stages | undefined, last?: Ending): void {
    if (from) this.counts[from]--;
    if (to) this.counts[to]++;
    if (last) this.last = last;
    this.refresh();
  }

  /**
   * Sets a problem because of which replies would not arrive, or because of which the account's quota is not shared as it
   * should be; undefined: none.
   */
  setTrouble(trouble: NodeStatus | undefined, of: "replies" | "quota" = "replies"): void {
    this.troubles[of] = trouble;
    this.refresh();
  }

  /** What `progress` says has changed. */
  progressed(): void {
    this.refresh();
  }

  /** Shows, before the first call, the code with which every call would fail. */
  foresee(code: string): void {
    this.last = { kind: "foreseen", at: 0, code };
    this.refresh();
  }

  /** Shows nothing any more: the node is going away. */
  clear(): void {
    clearTimeout(this.timer);
    this.isSilent = true;
    this.node.status({});
  }

  /** Shows changes at once, but at most ten a second. */
  private refresh(): void {
    this.isStale = true;
    if (this.timer || this.isSilent) return;
    this.show();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.isStale) this.refresh();
    }, shortestGapMs);
    this.timer.unref();
  }

  /** Texts are made here and not for each call, of which there may be thousands a second. */
  private show(): void {
    this.isStale = false;
    const { counts, last, translate } = this;
    const trouble = this.troubles.replies ?? this.troubles.quota;
    if (counts.waiting > 0 || counts.inFlight > 0 || counts.awaitingReply > 0 || counts.held > 0) {
      const text = this.progress?.() ?? stagesText(counts, translate);
      this.node.status({ fill: "blue", shape: "dot", text });
    } else this.node.status(trouble ?? (last ? endingStatus(last, translate) : {}));
  }
}

/** One call in the status line. */
export class CallStatus implements Progress {
  constructor(
    private readonly line: StatusLine,
    private stage: keyof Stages,
  ) {
    line.moved(undefined, stage);
  }

  begun(): void {
    this.moveTo("inFlight");
  }

  accepted(): void {
    this.moveTo("awaitingReply");
  }

  /** @param durationMs where the device has answered */
  succeeded(durationMs: number | undefined): void {
    this.line.moved(this.stage, undefined, { kind: "succeeded", at: Date.now(), durationMs });
  }

  /** The call ended without being sent, on a dry run. */
  unsent(): void {
    this.line.moved(this.stage, undefined, { kind: "dry-run", at: Date.now() });
  }

  /** Many devices were commanded; so many of them did it, or took it. */
  rolledOut(good: number, targets: number): void {
    this.line.moved(this.stage, undefined, { kind: "rolled-out", at: Date.now(), good, targets });
  }

  /** It ended, and there is nothing to show of it. */
  left(): void {
    this.line.moved(this.stage, undefined);
  }

  /** @param durationMs how long the call took, where that is known */
  failed({ code, outcome }: Failure, durationMs?: number): void {
    this.line.moved(this.stage, undefined, { kind: "failed", at: Date.now(), code, outcome, durationMs });
  }

  private moveTo(next: keyof Stages): void {
    const from = this.stage;
    // Set first, since Node-RED may throw when the status is set, and the call then ends from this stage.
    this.stage = next;
    this.line.moved(from, next);
  }
}
