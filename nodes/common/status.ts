import type { Node, NodeStatus } from "node-red";
import type { Failure } from "../../lib/base/failure";
import type { Progress } from "../../lib/invocation/invoke";

const shortestGapMs = 100;
const maxTextLength = 19;

/** The stage of a call. */
type Stage = "waiting" | "inFlight" | "awaitingReply";

/** The status line of an invoke node: calls in progress, else a problem, else the result of the last call. */
export class StatusLine {
  private readonly counts = { waiting: 0, inFlight: 0, awaitingReply: 0 };
  private trouble: NodeStatus | undefined;
  private last: NodeStatus = {};
  private timer: NodeJS.Timeout | undefined;
  private isStale = false;
  private isSilent = false;

  constructor(private readonly node: Node) {}

  /** Adds a call, which waits for its turn. */
  begin(): CallStatus {
    return new CallStatus(this);
  }

  /** @internal by a call */
  moved(from: Stage | undefined, to: Stage | undefined, last?: NodeStatus): void {
    if (from) this.counts[from]--;
    if (to) this.counts[to]++;
    if (last) this.last = last;
    this.refresh();
  }

  /** Sets a problem because of which replies would not arrive; undefined: none. */
  setTrouble(trouble: NodeStatus | undefined): void {
    this.trouble = trouble;
    this.refresh();
  }

  /** Clears the status, because the node is being closed. */
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

  private show(): void {
    this.isStale = false;
    if (Object.values(this.counts).some((count) => count > 0)) {
      this.node.status({ fill: "blue", shape: "dot", text: countText(this.counts) });
    } else this.node.status(this.trouble ?? this.last);
  }
}

/** One call in the status line. */
export class CallStatus implements Progress {
  private stage: Stage = "waiting";

  constructor(private readonly line: StatusLine) {
    line.moved(undefined, "waiting");
  }

  begun(): void {
    this.moveTo("inFlight");
  }

  accepted(): void {
    this.moveTo("awaitingReply");
  }

  /** @param durationMs where the device has answered */
  succeeded(durationMs: number | undefined): void {
    this.line.moved(this.stage, undefined, { fill: "green", shape: "dot", text: successText(durationMs) });
  }

  /** The call ended without being sent, on a dry run. */
  unsent(): void {
    const text = "aliyun-iot-invoke-service.status.dry-run";
    this.line.moved(this.stage, undefined, { fill: "grey", shape: "ring", text });
  }

  failed({ code, outcome }: Failure): void {
    const fill = outcome === "unknown" ? "yellow" : "red";
    const shape = outcome === "not-sent" ? "ring" : "dot";
    this.line.moved(this.stage, undefined, { fill, shape, text: codeText(code) });
  }

  private moveTo(next: Stage): void {
    const from = this.stage;
    // Set first, since Node-RED may throw when the status is set, and the call then ends from this stage.
    this.stage = next;
    this.line.moved(from, next);
  }
}

/** Words are keys, which the editor translates; symbols and numbers need no translation. */
function successText(durationMs: number | undefined): string {
  return durationMs === undefined ? "aliyun-iot-invoke-service.status.accepted" : `✓ ${durationMs} ms`;
}

/** A single call is shown as a word; counts are the same in every language. */
function countText({ waiting, inFlight, awaitingReply }: Record<Stage, number>): string {
  if (waiting + inFlight + awaitingReply === 1) {
    return awaitingReply === 1
      ? "aliyun-iot-invoke-service.status.waiting-reply"
      : "aliyun-iot-invoke-service.status.calling";
  }
  const parts = { "⇄": inFlight, "↩": awaitingReply, "≡": waiting };
  return Object.entries(parts)
    .filter(([sign, count]) => count > 0 || (sign === "⇄" && awaitingReply === 0))
    .map(([sign, count]) => `${sign} ${count}`)
    .join(" ");
}

const ownCodes = new Map(
  Object.entries({
    "invalid-input": "status.invalid-input",
    "missing-credentials": "status.missing-credentials",
    "connection-failed": "status.connection-failed",
    "connection-lost": "status.connection-lost",
    "request-timeout": "status.request-timeout",
    "invalid-response": "status.invalid-response",
    "queue-full": "status.queue-full",
    "queue-expired": "status.queue-expired",
    "result-not-stored": "status.result-not-stored",
    "internal-error": "status.internal-error",
    "reply-timeout": "status.reply-timeout",
    "amqp:unauthorized-access": "status.refused",
    "subscription-refused": "status.refused",
    "not-allowed": "status.not-allowed",
    "not-confirmed": "status.not-confirmed",
    closed: "status.closed",
  }),
);

/** Our codes are translated; the platform's are shortened to their last part. */
export function codeText(code: string): string {
  const own = ownCodes.get(code);
  if (own) return `aliyun-iot-invoke-service.${own}`;
  const short = /^iot\./i.test(code) ? code.slice(code.lastIndexOf(".") + 1) : code;
  return short.length > maxTextLength ? `${short.slice(0, maxTextLength - 1)}…` : short;
}
