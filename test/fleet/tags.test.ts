import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Failure } from "../../lib/base/failure";
import { readTags } from "../../lib/fleet/targets/tags";

const read = (value: unknown): Readonly<Record<string, string>> => readTags({ value, source: "msg.tags" });

describe("the tags of a message", () => {
  const all: [string, unknown, Record<string, string>][] = [
    ["an object", { floor: "2", kind: "valve" }, { floor: "2", kind: "valve" }],
    ["an object with numbers", { floor: 2 }, { floor: "2" }],
    ["JSON text of one", '{"floor":"2"}', { floor: "2" }],
    ["one a line", "floor=2\r\nkind = valve\n", { floor: "2", kind: "valve" }],
    ["text with commas", "floor=2, kind=a=b，x=y", { floor: "2", kind: "a=b", x: "y" }],
  ];
  for (const [what, value, tags] of all) {
    it(`can be ${what}`, () => assert.deepEqual({ ...read(value) }, tags));
  }

  const refusals: [string, unknown, string][] = [
    ["nothing", undefined, "errors.fleet-tags"],
    ["empty text", "", "errors.fleet-tags"],
    ["a key without a value", "floor", "errors.fleet-tags"],
    ["one key twice, which would mean more devices than are wanted", "floor=2,floor=3", "errors.fleet-tags"],
    ["keys that differ in spaces only", { floor: "2", "floor ": "3" }, "errors.fleet-tags"],
    ["no tag at all, which could mean all devices", {}, "errors.fleet-tags-none"],
    ["a list", ["floor=2"], "errors.fleet-tags"],
    ["a value that is no text", { floor: null }, "errors.text-missing"],
    [
      "eleven",
      Object.fromEntries(Array.from({ length: 11 }, (_none, n) => [`t${n}`, "1"])),
      "errors.fleet-tags-many",
    ],
    ["an unset variable", "${TAGS}", "errors.env-missing"],
  ];
  for (const [what, value, key] of refusals) {
    it(`cannot be ${what}`, () =>
      assert.throws(
        () => read(value),
        (error) =>
          error instanceof Failure &&
          error.code === "invalid-input" &&
          typeof error.text === "object" &&
          error.text.key === key,
      ));
  }

  it("are texts, or the message is refused, whatever comes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string()), (value) => {
        try {
          const tags = Object.entries(read(value));
          assert.ok(tags.length > 0 && tags.every(([name, text]) => name !== "" && text !== ""));
        } catch (error) {
          assert.ok(error instanceof Failure, String(error));
        }
      }),
    );
  });
});
