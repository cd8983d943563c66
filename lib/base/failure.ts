/** What became of a command; the contract of `msg.error.outcome`. */
export type Outcome = "not-sent" | "refused" | "failed" | "unknown";

/** The kind of error; the contract of `msg.error.category`. */
export type Category =
  | "input"
  | "credentials"
  | "permission"
  | "throttled"
  | "not-found"
  | "offline"
  | "timeout"
  | "device"
  | "network"
  | "platform"
  | "queue"
  | "closed";

/** A translatable message: a key of the locale files and the values of its placeholders. */
export interface Text {
  key: string;
  params?: Record<string, string | number | Text>;
}

export interface FailureFields {
  /** The platform's code verbatim, a device's number as text, or one of ours in kebab-case. */
  code: string;
  category: Category;
  outcome: Outcome;
  /** Whether the same call may succeed when repeated, without any risk of being carried out twice. */
  retryable: boolean;
  /** Our own message, or that of the platform or device, unchanged. */
  text: Text | string;
  /** Key of the locale files: what to do about it. */
  hint?: string | undefined;
  /** Values of the hint's placeholders. */
  hintParams?: Text["params"] | undefined;
  requestId?: string | undefined;
  messageId?: string | undefined;
  /** HTTP status, where there was an answer. */
  statusCode?: number | undefined;
  /** Milliseconds that the platform asks to wait before the next attempt (`x-acs-retry-after`). */
  retryAfterMs?: number | undefined;
}

/** The one error type of this package: everything that can go wrong with a call, and what became of it. */
export class Failure extends Error {
  readonly code: string;
  readonly category: Category;
  readonly outcome: Outcome;
  readonly retryable: boolean;
  readonly text: Text | string;
  readonly hint: string | undefined;
  readonly hintParams: Text["params"] | undefined;
  readonly requestId: string | undefined;
  readonly messageId: string | undefined;
  readonly statusCode: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(fields: FailureFields) {
    super(typeof fields.text === "string" ? fields.text : plain(fields.text));
    this.name = "Failure";
    this.code = fields.code;
    this.category = fields.category;
    this.outcome = fields.outcome;
    this.retryable = fields.retryable;
    this.text = fields.text;
    this.hint = fields.hint;
    this.hintParams = fields.hintParams;
    this.requestId = fields.requestId;
    this.messageId = fields.messageId;
    this.statusCode = fields.statusCode;
    this.retryAfterMs = fields.retryAfterMs;
  }

  /** What to do about it. */
  get advice(): Text | undefined {
    const { hint, hintParams } = this;
    if (hint === undefined) return undefined;
    return hintParams ? { key: hint, params: hintParams } : { key: hint };
  }

  /** The same failure as not retryable, with the hint of `better` if that has one. */
  notRetryable(better?: Failure): Failure {
    const { code, category, outcome, text, requestId, messageId, statusCode } = this;
    const { hint, hintParams } = better?.hint === undefined ? this : better;
    const same = { code, category, outcome, text, hint, hintParams, requestId, messageId, statusCode };
    return new Failure({ ...same, retryable: false });
  }

  /** The same failure, as one that may or may not be repeated. */
  withRetryable(retryable: boolean): Failure {
    if (retryable === this.retryable) return this;
    const { code, category, outcome, text, hint, hintParams, requestId, messageId, statusCode } = this;
    const { retryAfterMs } = this;
    const same = { code, category, outcome, text, hint, hintParams, requestId, messageId, statusCode };
    return new Failure({ ...same, retryAfterMs, retryable });
  }

  /** The same failure with another message. */
  inWords(text: Text | string, hint: string | undefined): Failure {
    const { code, category, outcome, retryable, requestId, messageId, statusCode, retryAfterMs } = this;
    const same = { code, category, outcome, retryable, requestId, messageId, statusCode, retryAfterMs };
    return new Failure({ ...same, text, hint });
  }

  /** The same failure with another hint. */
  advised(hint: string, hintParams: Text["params"]): Failure {
    const { code, category, outcome, retryable, text, requestId, messageId, statusCode, retryAfterMs } = this;
    const same = { code, category, outcome, retryable, text, requestId, messageId, statusCode, retryAfterMs };
    return new Failure({ ...same, hint, hintParams });
  }

  /** The same failure, with the ids of the call that it ended unless it has its own. */
  about(ids: { requestId?: string | undefined; messageId?: string | undefined }): Failure {
    const { requestId = ids.requestId, messageId = ids.messageId } = this;
    if (requestId === this.requestId && messageId === this.messageId) return this;
    const { code, category, outcome, retryable, text, hint, hintParams, statusCode, retryAfterMs } = this;
    const same = { code, category, outcome, retryable, text, hint, hintParams, statusCode, retryAfterMs };
    return new Failure({ ...same, requestId, messageId });
  }
}

/** Bad input: nothing was sent, and repeating it changes nothing. */
export function invalidInput(text: Text, hint?: string): Failure {
  return new Failure({
    code: "invalid-input",
    category: "input",
    outcome: "not-sent",
    retryable: false,
    text,
    hint,
  });
}

/** The node or its account is being closed. */
export function closed(sent: boolean): Failure {
  return new Failure({
    code: "closed",
    category: "closed",
    outcome: sent ? "unknown" : "not-sent",
    retryable: !sent,
    text: { key: sent ? "errors.closed-in-flight" : "errors.closed-queued" },
    hint: sent ? "hints.unknown" : "hints.closed",
  });
}

/** A form without translation, for stack traces and for callers without locale files. */
function plain({ key, params }: Text): string {
  const values = Object.entries(params ?? {}).map(
    ([name, value]) => `${name}: ${typeof value === "object" ? plain(value) : value}`,
  );
  return values.length > 0 ? `${key} (${values.join(", ")})` : key;
}
