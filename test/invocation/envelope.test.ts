import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Failure } from "../../lib/base/failure";
import { outputsOf } from "../../lib/invocation/reply";
import { readServiceAnswer } from "../../lib/invocation/result";
import { readMessage } from "../../lib/subscription/message";
import { Replies } from "../../lib/subscription/replies";
import type { Parameter } from "../../lib/thing-model/model";

const target = { productKey: "pk", deviceName: "dn" };

/** What becomes of a device's answer: `failed 460`, or the JSON of its outputs. */
function ending(read: () => unknown): string {
  try {
    return JSON.stringify(read());
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return `failed ${error.code}`;
  }
}

function synchronous(answer: unknown, outputs?: readonly Parameter[]): string {
  const Result = typeof answer === "string" ? answer : JSON.stringify(answer);
  const body = { Data: { MessageId: "1", Result } };
  return ending(() => readServiceAnswer({ requestId: "R", body }, outputs).result);
}

/** As the platform forwards it, with what it says beside. */
async function asynchronous(answer: object): Promise<string> {
  const replies = new Replies({ isOurs: () => true, onForeign: () => undefined, now: Date.now });
  const reply = replies.expect(target).reply("1", 10_000);
  replies.offer(
    readMessage({
      application_properties: { topic: "/pk/dn/thing/downlink/reply/message" },
      body: JSON.stringify({
        ...answer,
        requestId: "1",
        productKey: "pk",
        deviceName: "dn",
        topic: "/sys/pk/dn/thing/service/Fade_reply",
      }),
    }),
  );
  // Without one there is nothing to wait for.
  replies.close();
  const came = await reply.catch(() => undefined);
  return came ? ending(() => outputsOf(came)) : "none";
}

const number = fc.oneof(fc.integer({ min: -999_999, max: 999_999 }), fc.constant(200));
const code = number.chain((value) => fc.constantFrom<(number | string)[]>(value, String(value)));
const words = fc.record(
  { message: fc.string(), localizedMsg: fc.string(), version: fc.constant("1.0"), method: fc.string() },
  { requiredKeys: [] },
);
const outputNamed = (identifier: string): Parameter => ({
  identifier,
  name: identifier,
  dataType: { type: "int" },
});

function outcomeOf(value: number | string, data: unknown): RegExp | string {
  return Number(value) === 200 ? JSON.stringify(data ?? {}) : /^failed -?\d+$/;
}

function fits(came: string, expected: RegExp | string): void {
  if (typeof expected === "string") assert.equal(came, expected);
  else assert.match(came, expected);
}

describe("a device's answer with a code of its own", () => {
  it("with data or an id is an envelope, whatever else it has, however it comes and whatever the model says", async () => {
    const data = fc.option(fc.dictionary(fc.constantFrom("a", "b"), fc.integer()), { nil: null });
    const rest = fc.dictionary(fc.constantFrom("x", "y", "code2"), fc.jsonValue({ maxDepth: 1 }));
    await fc.assert(
      fc.asyncProperty(code, data, words, rest, async (value, outputs, said, more) => {
        const answer = { ...more, ...said, code: value, data: outputs, id: "7" };
        const expected = outcomeOf(value, outputs);
        fits(synchronous(answer), expected);
        fits(synchronous(answer, [outputNamed("code")]), expected);
        fits(await asynchronous(answer), expected);
        fits(synchronous({ ...more, code: value, id: 1 }), outcomeOf(value, undefined));
        fits(synchronous({ ...more, code: value, data: outputs }), expected);
      }),
    );
  });

  it("and only text besides is an envelope, unless the thing model has an output `code`", async () => {
    await fc.assert(
      fc.asyncProperty(code, words, async (value, said) => {
        const answer = { ...said, code: value };
        fits(synchronous(answer), outcomeOf(value, undefined));
        fits(synchronous(answer, [outputNamed("Level")]), outcomeOf(value, undefined));
        assert.equal(synchronous(answer, [outputNamed("code")]), JSON.stringify(answer));
        fits(await asynchronous(answer), outcomeOf(value, undefined));
        const bare = { ...answer, Level: 5 };
        assert.equal(synchronous(bare), JSON.stringify(bare));
      }),
    );
  });

  it("that is not an integer is treated as outputs", () => {
    for (const value of [460.5, "4x", "", " 460", "460.0", null, true, [460]]) {
      const answer = { code: value, data: {}, id: "7" };
      assert.equal(synchronous(answer), JSON.stringify(answer));
    }
  });

  it("beyond 2^53 keeps its digits", () => {
    assert.equal(synchronous('{"code":12345678901234567890,"id":"1"}'), "failed 12345678901234567890");
  });

  it("is evaluated even if its data is nested too deeply, which stays text", async () => {
    const data = `{"a":${"[".repeat(3000)}${"]".repeat(3000)}}`;
    assert.equal(synchronous(`{"code":460,"id":"1","data":${data}}`), "failed 460");
    assert.equal(synchronous(`{"code":200,"id":"1","data":${data}}`), JSON.stringify(data));
    assert.equal(synchronous(`{"a":${data}}`), JSON.stringify(`{"a":${data}}`));
    assert.equal(await asynchronous({ code: 200, data: JSON.parse(data) as object }), JSON.stringify(data));
    assert.equal(await asynchronous({ code: "460", data: JSON.parse(data) as object }), "failed 460");
  });
});
