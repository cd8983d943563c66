import { Failure } from "../base/failure";
import { isObject, parseJson } from "../base/json";
import { readable } from "../base/text";
import { withoutSignedText } from "./answer";
import { classify } from "./error-catalog";
import { refusedAction } from "./refused-action";

/**
 * From here on a provider's message quotes the answer that it got, which may contain a key; so do errors of the JSON
 * parser.
 */
const quotation = /[{[<"]|(?<=token failed|with OIDC|unmarshal fail|parse failed|result): |message = /;

/** Hints that apply to the platform and to the token service. */
const commonHints = [
  "hints.access-key-id",
  "hints.access-key-disabled",
  "hints.access-key-secret",
  "hints.clock",
];

/**
 * Why credentials could not be fetched, in the provider's words, but without its signed request and without the answer,
 * of which only the code and the message of a refusal are shown.
 * @param secret typed in, removed wherever it occurs
 */
export function providerFailure(error: unknown, secret?: string): Failure {
  const message = error instanceof Error ? error.message : "?";
  const { said, code } = wordsOf(message);
  const hint = code === undefined ? "" : classify(code).hint;
  // Only a key that assumes a role needs a RAM permission.
  const isForbidden = hint === "hints.permission" && secret !== undefined;
  const shown = secret ? said.replaceAll(secret, "***") : said;
  return new Failure({
    code: "missing-credentials",
    category: "credentials",
    outcome: "not-sent",
    retryable: false,
    text: { key: "errors.credential-provider", params: { reason: readable(shown, 200) } },
    hint: commonHints.includes(hint)
      ? hint
      : isForbidden
        ? "hints.permission-role"
        : "hints.credential-provider",
    hintParams: isForbidden
      ? { action: refusedAction({ Message: message }, "AssumeRole", "sts") }
      : undefined,
  });
}

function wordsOf(message: string): { said: string; code?: string | undefined } {
  // The package's own message for a wrong signature.
  if (message === "the access key secret is invalid") return { said: message, code: "SignatureDoesNotMatch" };
  const text = message.replace(/\?\S+/g, "?…").replace(/(?<=\w)(?=(GET|POST|PUT) https?:)/, ": ");
  const start = text.search(quotation);
  if (start < 0) return { said: text };
  const words = text.slice(0, start).replace(/[\s:,]+$/, "");
  // From the original message, since a part of the refusal may have looked like a request.
  const refusal = refusalIn(message);
  if (!refusal) return { said: words || "unreadable answer" };
  return { said: `${words}: ${refusal.code}: ${refusal.message}`, code: refusal.code };
}

function refusalIn(text: string): { code: string; message: string } | undefined {
  try {
    const refusal = parseJson(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
    const { Code: code, Message: message } = isObject(refusal) ? refusal : {};
    if (typeof code !== "string" || typeof message !== "string") return undefined;
    // Text of that length without a space is taken for a token.
    return { code: hide(code), message: hide(withoutSignedText(message)) };
  } catch {
    return undefined;
  }
}

function hide(text: string): string {
  return text.replace(/[\w+/=.%-]{40,}/g, "***");
}
