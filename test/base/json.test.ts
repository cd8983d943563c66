import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { spy } from "sinon";
import { isTooDeep, maxDepth, parseJson, parseWrapped } from "../../lib/base/json";

const nested = (depth: number, inside = ""): string => "[".repeat(depth) + inside + "]".repeat(depth);

function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

describe("JSON from outside", () => {
  it("is read unchanged, whatever its strings contain", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.string({ unit: fc.constantFrom(...Array.from('[]{}"\\,:a1 ')) }),
        (value, text) => {
          const source = JSON.stringify({ value, text, pad: "[".repeat(500) });
          fc.pre(!/\d{16}|\d[eE]/.test(source));
          assert.deepEqual(parseJson(source), JSON.parse(source));
          assert.deepEqual(parseWrapped(source, 1), JSON.parse(source));
        },
      ),
    );
  });

  it("is too deep from one level beyond the limit on", () => {
    assert.deepEqual(JSON.stringify(parseJson(nested(maxDepth))), nested(maxDepth));
    for (const depth of [maxDepth + 1, 3000, 2_000_000]) {
      assert.ok(isTooDeep(nested(depth)));
      assert.throws(() => parseJson(nested(depth)), SyntaxError);
    }
    assert.ok(isTooDeep("[".repeat(5_000_000)));
  });

  it("keeps what is around a part that nests too deep, which stays text", () => {
    const deep = nested(3000, '"]\\"["');
    assert.deepEqual(parseWrapped(`{"code":460,"data":{"a":${deep}},"b":[[1]]}`, 1), {
      code: 460,
      data: `{"a":${deep}}`,
      b: [[1]],
    });
    assert.deepEqual(parseWrapped(`{"Data":{"Result":${deep},"MessageId":"1"},"Success":true}`, 2), {
      Data: { Result: deep, MessageId: "1" },
      Success: true,
    });
  });

  it("keeps every digit of integers beyond 2^53 and of numbers beyond the largest double", () => {
    const source =
      '{"a":9007199254740993,"b":[-12345678901234567890,1],"c":1e400,"d":"12345678901234567890","e":9007199254740991,"f":1.5e3,"f":2.5,"__proto__":{"g":12345678901234567890}}';
    const value = parseJson(source) as Record<string, unknown>;
    assert.equal(
      JSON.stringify(value),
      '{"a":"9007199254740993","b":["-12345678901234567890",1],"c":"1e400","d":"12345678901234567890","e":9007199254740991,"f":2.5,"__proto__":{"g":"12345678901234567890"}}',
    );
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
    assert.equal(parseJson("12345678901234567890"), "12345678901234567890");
    assert.throws(() => parseJson("{12345678901234567890:1}"), SyntaxError);
  });

  it("is parsed once, whatever its numbers are", () => {
    const sources = ["1", '{"a":1,"b":[]}', '["12345678901234567890",1]', "[12345678901234567890,1e999,2]"];
    const parse = spy(JSON, "parse");
    try {
      for (const source of sources) parseJson(source);
      assert.equal(parse.callCount, sources.length);
    } finally {
      parse.restore();
    }
  });

  it("is JSON or is not, whether it has numbers that become text or not", () => {
    const pieces =
      '12345678901234567890 1e999 -0 -1E+400 01 1. .5 e - + { } [ ] : , "a" "b\\"1" true \n x'.split(" ");
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        const source = parts.join("");
        assert.equal(
          isRead(() => parseJson(source)),
          isRead(() => JSON.parse(source)),
          source,
        );
      }),
      { numRuns: 5000 },
    );
  });

  it("keeps the same numbers at every position", () => {
    const number = fc.oneof(
      fc.bigInt().map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
      fc.tuple(fc.integer(), fc.integer({ min: -999, max: 999 })).map(([a, b]) => `${a}e${b}`),
      fc.tuple(fc.bigInt(), fc.nat()).map(([a, b]) => `${a}.${b}`),
    );
    fc.assert(
      fc.property(number, fc.constantFrom("", " ", "\n\t"), fc.jsonValue(), (digits, space, beside) => {
        const other = JSON.stringify([JSON.stringify({ "12345678901234567890": beside }), "1e999"]);
        const source = `{"a":${space}${digits}${space},"b":[${digits},${other}],"${digits}":${digits}}`;
        const isText = /^-?\d+$/.test(digits)
          ? !Number.isSafeInteger(Number(digits))
          : !Number.isFinite(Number(digits));
        const value = isText ? digits : Number(digits);
        assert.deepEqual(parseJson(source), {
          a: value,
          b: [value, JSON.parse(other)],
          [digits]: value,
        });
      }),
    );
  });

  it("that has no end is not handed to a parser, however wrapped", () => {
    const parse = spy(JSON, "parse");
    try {
      for (const start of ["[", '{"a":', '["a",', '{"Data":{"Result":[']) {
        assert.throws(() => parseWrapped(start.repeat(1000), 2), SyntaxError, start);
      }
      assert.equal(parse.callCount, 0);
    } finally {
      parse.restore();
    }
  });

  it("comes in by this way only", () => {
    // Args come from the flow, and are measured there.
    const others = new Set(["lib/base/json.ts", "lib/invocation/args.ts", "lib/invocation/form-fixed.ts"]);
    for (const room of ["base", "cloud", "invocation", "look-up", "reading", "subscription"]) {
      for (const name of readdirSync(path.join("lib", room))) {
        const file = `lib/${room}/${name}`;
        if (others.has(file)) continue;
        assert.doesNotMatch(readFileSync(file, "utf8"), /JSON\.parse\(|from "lossless-json"/, file);
      }
    }
  });
});
