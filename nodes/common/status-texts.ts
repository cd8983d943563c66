import type { NodeStatus } from "node-red";
import type { Outcome } from "../../lib/base/failure";
import { shortCode, wordsOf } from "./status-words";
import type { Translate } from "./texts";

/** The number of calls in each stage. */
export interface Stages {
  waiting: number;
  inFlight: number;
  awaitingReply: number;
  /** Messages that wait for what a device does by itself. */
  held: number;
}

/** How a call ended, and when, in milliseconds of UTC. */
export type Ending =
  | { kind: "succeeded"; at: number; durationMs: number | undefined }
  | { kind: "dry-run"; at: number }
  /** A command for many devices. */
  | { kind: "rolled-out"; at: number; good: number; targets: number }
  | { kind: "failed"; at: number; code: string; outcome: Outcome; durationMs: number | undefined }
  /** No call yet, and what the first one would fail with. */
  | { kind: "foreseen"; at: number; code: string };

/** `✓ 14:02:11 · 27 ms`, `✗ 14:02 device offline` or `? 14:02 no answer in 8 s`. */
export function endingStatus(ending: Ending, translate: Translate): NodeStatus {
  switch (ending.kind) {
    case "succeeded": {
      const { at, durationMs } = ending;
      const how = durationMs === undefined ? translate({ key: "status.accepted" }) : `${durationMs} ms`;
      return { fill: "green", shape: "dot", text: `✓ ${timeText(at, true)} · ${how}` };
    }
    case "dry-run": {
      const text = `${timeText(ending.at, true)} · ${translate({ key: "status.dry-run" })}`;
      return { fill: "grey", shape: "ring", text };
    }
    case "rolled-out": {
      const { at, good, targets } = ending;
      const text = `${good === targets ? "✓" : "!"} ${timeText(at, true)} · ${good}/${targets}`;
      return { fill: good === targets ? "green" : "yellow", shape: "dot", text };
    }
    case "foreseen":
      return { fill: "red", shape: "ring", text: codeWords(ending.code, translate) };
    case "failed":
      break;
  }
  const isUnknown = ending.outcome === "unknown";
  return {
    fill: isUnknown ? "yellow" : "red",
    shape: ending.outcome === "not-sent" ? "ring" : "dot",
    text: `${isUnknown ? "?" : "✗"} ${timeText(ending.at, false)} ${failureWords(ending, translate)}`,
  };
}

/** `⇄ 3 · 12 waiting`; one call is worth a word. Of messages that are held, only their number counts. */
export function stagesText({ waiting, inFlight, awaitingReply, held }: Stages, translate: Translate): string {
  if (held > 0) return `⇄ ${held}`;
  if (waiting + inFlight + awaitingReply === 1) {
    return translate({ key: awaitingReply === 1 ? "status.waiting-reply" : "status.calling" });
  }
  const parts: string[] = [];
  if (inFlight > 0 || awaitingReply === 0) parts.push(`⇄ ${inFlight}`);
  if (awaitingReply > 0) parts.push(`↩ ${awaitingReply}`);
  if (waiting > 0) parts.push(translate({ key: "status.waiting", params: { count: waiting } }));
  return parts.join(" · ");
}

/** How many seconds the platform waits for a device (docs/protocol.md, 1.4). */
const deviceSeconds = 8;

function failureWords(
  { code, outcome, durationMs = 0 }: { code: string; outcome: Outcome; durationMs?: number | undefined },
  translate: Translate,
): string {
  const words = wordsOf(code);
  if (words === "status.device-timeout") {
    const seconds = durationMs < 1000 ? deviceSeconds : secondsText(durationMs);
    return translate({ key: "status.no-answer-in", params: { seconds } });
  }
  if (outcome === "unknown" && durationMs > 0) {
    const params = { seconds: secondsText(durationMs) };
    if (words === "status.request-timeout") return translate({ key: "status.no-answer-in", params });
    if (words === "status.reply-timeout") return translate({ key: "status.no-reply-in", params });
  }
  if (words === undefined && outcome === "failed" && /^\d+$/.test(code)) {
    return translate({ key: "status.device-code", params: { code: shortCode(code) } });
  }
  return codeWords(code, translate);
}

function codeWords(code: string, translate: Translate): string {
  const words = wordsOf(code);
  return words === undefined ? shortCode(code) : translate({ key: words });
}

/** `0.2`, `8`, `30` */
function secondsText(milliseconds: number): string {
  return String(Math.max(0.1, Number((milliseconds / 1000).toFixed(1))));
}

/** The time of day of this machine; with seconds where calls may follow each other quickly. */
function timeText(at: number, hasSeconds: boolean): string {
  const date = new Date(at);
  const parts = [date.getHours(), date.getMinutes(), ...(hasSeconds ? [date.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
