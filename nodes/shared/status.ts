import type { Node, NodeStatus } from "node-red";
import type { Failure } from "../../lib/cloud/failure";

const shortestGapMs = 100;
const longestText = 19;

/** The status line of an invoke node: what is in flight, else how the last call went. */
export class StatusLine {
  private waiting = 0;
  private inFlight = 0;
  private last: NodeStatus = {};
  private timer: NodeJS.Timeout | undefined;
  private isStale = false;
  private isSilent = false;

  constructor(private readonly node: Node) {}

  /** A message has come in and waits for its turn. */
  waits(): void {
    this.waiting++;
    this.refresh();
  }

  /** Its call begins. */
  begins(): void {
    this.waiting--;
    this.inFlight++;
    this.refresh();
  }

  /** @param durationMs of the call, for a synchronous one */
  succeeded(durationMs: number | undefined): void {
    // Words are keys, which the editor shows in its own language; signs and numbers need none.
    const text =
      durationMs === undefined ? "aliyun-iot-invoke-service.status.accepted" : `✓ ${durationMs} ms`;
    this.end({ fill: "green", shape: "dot", text }, true);
  }

  /** @param hasBegun whether the call had left the queue */
  failed(failure: Failure, hasBegun: boolean): void {
    const fill = failure.outcome === "unknown" ? "yellow" : "red";
    const shape = failure.outcome === "not-sent" ? "ring" : "dot";
    this.end({ fill, shape, text: codeText(failure.code) }, hasBegun);
  }

  /** Shows nothing any more: the node is going away. */
  clear(): void {
    clearTimeout(this.timer);
    this.isSilent = true;
    this.node.status({});
  }

  private end(last: NodeStatus, hasBegun: boolean): void {
    if (hasBegun) this.inFlight--;
    else this.waiting--;
    this.last = last;
    this.refresh();
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
    const { waiting, inFlight } = this;
    if (waiting + inFlight === 0) this.node.status(this.last);
    else this.node.status({ fill: "blue", shape: "dot", text: countText(inFlight, waiting) });
  }
}

/** One call is worth a word; counts are the same in every language. */
function countText(inFlight: number, waiting: number): string {
  if (inFlight + waiting === 1) return "aliyun-iot-invoke-service.status.calling";
  return waiting === 0 ? `⇄ ${inFlight}` : `⇄ ${inFlight} ≡ ${waiting}`;
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
    closed: "status.closed",
  }),
);

/** Our codes are translated; the platform's are shortened to their telling end. */
export function codeText(code: string): string {
  const own = ownCodes.get(code);
  if (own) return `aliyun-iot-invoke-service.${own}`;
  const short = /^iot\./i.test(code) ? code.slice(code.lastIndexOf(".") + 1) : code;
  return short.length > longestText ? `${short.slice(0, longestText - 1)}…` : short;
}
