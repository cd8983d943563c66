import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Failure } from "../../lib/base/failure";
import { readAnswer } from "../../lib/cloud/answer";
import { readServiceAnswer } from "../../lib/invocation/result";
import { unicode } from "../support/unicode";

const outcomes = ["not-sent", "refused", "failed", "unknown"];

/** Reads an answer to the end: it is a success, or a Failure that can be shown. */
function check(body: Buffer, statusCode: number, headers: Record<string, string>): void {
  try {
    const answer = readServiceAnswer(readAnswer({ statusCode, headers, body }, "InvokeThingService"));
    assert.ok(answer.callType === "sync" || answer.callType === "async");
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    assert.ok(outcomes.includes(error.outcome) && error.outcome !== "not-sent");
    assert.ok(error.code.length > 0 && error.code.length <= 100);
    assert.ok(error.message.length <= 600);
    assert.doesNotMatch(error.message, /[\r\n\0]/);
  }
}

const status = fc.integer({ min: 100, max: 599 });
const headers = fc.dictionary(fc.constantFrom("content-type", "x-acs-retry-after", "date"), fc.string());

/** Bodies that look like the platform's, with anything in the places of its values. */
const almost = fc.record(
  {
    RequestId: fc.anything(),
    Success: fc.oneof(fc.boolean(), fc.constantFrom("true", "false"), fc.anything()),
    Code: fc.oneof(fc.string(), fc.constantFrom("iot.x", "Throttling", "6306", 200), fc.anything()),
    Message: fc.anything(),
    ErrorMessage: fc.oneof(unicode({ maxLength: 2000 }), fc.anything()),
    Data: fc.oneof(
      fc.record({ MessageId: fc.anything(), Result: fc.oneof(fc.json(), fc.string(), fc.anything()) }),
      fc.anything(),
    ),
  },
  { requiredKeys: [] },
);

describe("reading an answer, whatever it holds", function () {
  this.timeout(60_000);

  it("bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), status, headers, (bytes, code, head) =>
        check(Buffer.from(bytes), code, head),
      ),
      { numRuns: 2000 },
    );
  });

  it("text that begins like JSON, XML or HTML", () => {
    const text = fc.tuple(
      fc.constantFrom("{", "[", "<", "<html", "<?xml ", '{"Success":', "<a>", "\uFEFF{"),
      fc.string(),
    );
    fc.assert(
      fc.property(text, status, headers, ([start, rest], code, head) =>
        check(Buffer.from(start + rest), code, head),
      ),
      { numRuns: 2000 },
    );
  });

  it("JSON and XML that are almost the platform's", () => {
    fc.assert(
      fc.property(almost, status, headers, (body, code, head) => {
        const json = safeJson(body);
        check(Buffer.from(json), code, head);
        check(Buffer.from(json.slice(0, Math.floor(json.length / 2))), code, head);
        const fields = Object.entries(body).map(([name, value]) => `<${name}>${safeJson(value)}</${name}>`);
        check(Buffer.from(`<Answer>${fields.join("")}</Answer>`), code, head);
      }),
      { numRuns: 2000 },
    );
  });
});

/** fast-check makes values that JSON cannot hold. */
function safeJson(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? `${item}` : item)) ?? "null"
    );
  } catch {
    return "null";
  }
}
