import { Failure } from "../base/failure";
import { isObject, parseJson } from "../base/json";
import { readable } from "../base/text";
import { withoutSignedText } from "./answer";
import { classify } from "./error-catalog";
import { refusedAction } from "./refused-action";

/** From here on a provider's words quote what it got, which may be a key; the JSON parser quotes in its turn. */
const quotation = /[{[<"]|(?<=token failed|with OIDC|unmarshal fail|parse failed|result): |message = /;

/** Hints that fit whoever refuses: the platform or the token service. */
const commonHints = [
  "hints.access-key-id",
  "hints.access-key-disabled",
  "hints.access-key-secret",
  "hints.clock",
];

/**
 * Why credentials could not be fetched, in the provider's words, without what must not be shown: its signed
 * question, and the answer that it got. Of an answer only the code and the message of a refusal are told.
 * @param secret typed in, to be taken out wherever it occurs
 */
export function providerFailure(error: unknown, secret?: string): Failure {
  const message = error instanceof Error ? error.message : "?";
  const { said, code } = wordsOf(message);
  const hint = code === undefined ? "" : classify(code).hint;
  // Only a key that takes on a role needs to be allowed anything by RAM.
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
  // The package's own word for a refused signature.
  if (message === "the access key secret is invalid") return { said: message, code: "SignatureDoesNotMatch" };
  const text = message.replace(/\?\S+/g, "?…").replace(/(?<=\w)(?=(GET|POST|PUT) https?:)/, ": ");
  const start = text.search(quotation);
  if (start < 0) return { said: text };
  const words = text.slice(0, start).replace(/[\s:,]+$/, "");
  // From the message as it came, since a part of the refusal may have looked like a question.
  const refusal = refusalIn(message);
  if (!refusal) return { said: words || "unreadable answer" };
  return { said: `${words}: ${refusal.code}: ${refusal.message}`, code: refusal.code };
}

function refusalIn(text: string): { code: string; message: string } | undefined {
  try {
    const refusal = parseJson(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
    const { Code: code, Message: message } = isObject(refusal) ? refusal : {};
    if (typeof code !== "string" || typeof message !== "string") return undefined;
    // What is as long as that and has no space is a token.
    return { code: hide(code), message: hide(withoutSignedText(message)) };
  } catch {
    return undefined;
  }
}

function hide(text: string): string {
  return text.replace(/[\w+/=.%-]{40,}/g, "***");
}
