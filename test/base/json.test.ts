import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { deepest, isTooDeep, parseJson, parseWrapped } from "../../lib/base/json";

const nested = (depth: number, inside = ""): string => "[".repeat(depth) + inside + "]".repeat(depth);

describe("JSON from outside", () => {
  it("is read as it stands, whatever its strings hold", () => {
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
    assert.deepEqual(JSON.stringify(parseJson(nested(deepest))), nested(deepest));
    for (const depth of [deepest + 1, 3000, 2_000_000]) {
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

  it("comes in by this way only", () => {
    // Args come from the flow, and are measured there.
    const others = new Set(["lib/base/json.ts", "lib/invocation/args.ts"]);
    for (const room of ["base", "cloud", "invocation", "look-up", "subscription"]) {
      for (const name of readdirSync(path.join("lib", room))) {
        const file = `lib/${room}/${name}`;
        if (others.has(file)) continue;
        assert.doesNotMatch(readFileSync(file, "utf8"), /JSON\.parse\(|from "lossless-json"/, file);
      }
    }
  });
});
