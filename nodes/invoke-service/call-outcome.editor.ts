import { failureText, type FailureTexts, foldJson, localize, translatorOf } from "../../editor/index";
import type { Text } from "../../lib/base/failure";

const own = translatorOf("invoke-service");

/** What the route returns of a call. */
export interface CallAnswer {
  outcome: "done" | "not-sent" | "refused" | "failed" | "unknown";
  durationMs: number;
  messageId?: string;
  /** The platform has taken the command, and no reply was awaited. */
  isAccepted?: boolean;
  dryRun?: boolean;
  /** JSON text. */
  result?: string;
  /** Whether the result goes on. */
  isCut?: boolean;
  /** Whether values of the runtime were left out. */
  isHidden?: boolean;
  failure?: FailureTexts & { code: string };
  warnings: Text[];
}

/**
 * Shows how a call went; what comes from the cloud stays text.
 * @param element is emptied and filled
 * @param answer what went wrong where there is no outcome
 */
export function showOutcome(element: JQuery, answer: CallAnswer | string): void {
  element.empty();
  const line = (text: string, kind = ""): void => {
    $("<div></div>").addClass(kind).text(text).appendTo(element);
  };
  if (typeof answer === "string") return line(`✗ ${answer}`, "aliyun-iot-call-failed");
  const { durationMs: ms, failure, outcome } = answer;
  const duration = own("aliyun-iot-invoke-service.call.done", { ms });
  if (failure) {
    const sign = outcome === "unknown" ? "?" : "✗";
    const time = outcome === "not-sent" ? "" : `${duration} · `;
    line(`${sign} ${time}${failure.code} · ${failureText(failure)}`, "aliyun-iot-call-failed");
  } else if (answer.dryRun) {
    line(own("aliyun-iot-invoke-service.call.dry-run"));
    showResult(answer);
  } else if (answer.isAccepted) {
    const id = answer.messageId ?? "";
    line(`✓ ${own("aliyun-iot-invoke-service.call.accepted", { ms, id })}`);
  } else {
    line(`✓ ${duration}`);
    showResult(answer);
  }
  for (const warning of answer.warnings) line(localize(warning));

  function showResult({ result = "", isCut, isHidden }: CallAnswer): void {
    $("<code></code>").text(foldJson(result)).appendTo(element);
    if (isCut) line(own("aliyun-iot-invoke-service.call.cut"));
    if (isHidden) line(own("aliyun-iot-invoke-service.call.hidden"));
  }
}
