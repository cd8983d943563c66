import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Failure } from "../../lib/base/failure";
import type { DeviceResolver } from "../../lib/invocation/command-rules";
import { judge } from "../../lib/invocation/safety";
import { decisionOf, subjectOf } from "../../lib/rules/decision";
import { Glob } from "../../lib/rules/glob";
import { serviceInRules } from "../../lib/rules/rule";
import { readSafety } from "../../nodes/common/read-safety";

const nobody: DeviceResolver = {
  keptNames: () => undefined,
  namesOf: () => Promise.reject(new Error("no device is asked for")),
};

/** What an account with these rules does with a command that may name several things. */
function runtimeDecision(
  texts: { allow: string; confirm: string },
  [productKey, deviceName]: readonly string[],
  identifiers: readonly string[],
): string {
  const safety = readSafety(texts, { account: { id: "home", name: "House" }, devices: nobody });
  if (!safety) return "allowed";
  try {
    const target = { productKey: productKey!, deviceName: deviceName! };
    assert.equal(judge(safety, target, identifiers, false), undefined);
    return "allowed";
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}

const kinds: Record<string, string> = {
  unreadable: "invalid-input",
  elsewhere: "invalid-input",
  "not-allowed": "not-allowed",
  "to-confirm": "not-confirmed",
  allowed: "allowed",
};

const part = fc.string({ unit: fc.constantFrom("a", "b", "*", ":"), minLength: 1, maxLength: 3 });
/** Of the default module or of another one. */
const property = fc
  .tuple(fc.constantFrom("", "a:", "property:"), part)
  .map((parts) => `property:${parts.join("")}`);
const rule = fc
  .tuple(part, part, fc.oneof(part, property, fc.constantFrom("property:*", "*:a")))
  .map((parts) => parts.join("/"));
const line = fc.oneof(
  { weight: 8, arbitrary: rule },
  fc.constantFrom("", " ", "# a/b/a", "a/b", "a/b/a # why", "a//b", "${RULES}"),
);
const lines = fc
  .array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "\r")), { maxLength: 5 })
  .map((all) => all.flat().join(""));

describe("the line that tests a command", () => {
  it("shows what the account would do, whatever the rules", () => {
    fc.assert(
      fc.property(lines, lines, rule, (allow, confirm, command) => {
        const decision = decisionOf({ allow, confirm }, subjectOf(command)!);
        const [productKey, deviceName, identifier] = command.split("/") as [string, string, string];
        const runtime = runtimeDecision({ allow, confirm }, [productKey, deviceName], [identifier]);
        assert.equal(kinds[decision.kind], runtime);
      }),
      { numRuns: 5000 },
    );
  });

  it("shows of each property of one call what decides on the whole: the strictest, in any order", () => {
    const strictest = ["invalid-input", "not-allowed", "not-confirmed", "allowed"];
    const names = fc.array(property, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(lines, lines, part, part, names, (allow, confirm, productKey, deviceName, identifiers) => {
        const each = identifiers.map((identifier) => {
          const subject = { productKey, deviceName, identifier };
          return kinds[decisionOf({ allow, confirm }, subject).kind]!;
        });
        assert.equal(
          runtimeDecision({ allow, confirm }, [productKey, deviceName], identifiers),
          strictest.find((kind) => each.includes(kind)),
        );
      }),
      { numRuns: 5000 },
    );
  });

  it("names the deciding line by the number that the dialog shows", () => {
    const texts = { allow: "# lamps\r\n\r\na/*/*\r\n", confirm: "\rb/*/*\ra/valve*/*" };
    const decision = decisionOf(texts, subjectOf("a/valve1/Open")!);
    assert.equal(decision.kind, "to-confirm");
    assert.ok(decision.kind === "to-confirm");
    assert.equal(decision.allow?.line, 3);
    assert.equal(decision.confirm.line, 3);
    assert.deepEqual(decisionOf({ allow: "# none", confirm: "" }, subjectOf("a/b/c")!), {
      kind: "not-allowed",
    });
    assert.deepEqual(decisionOf({ allow: " \n", confirm: "" }, subjectOf("a/b/c")!), {
      kind: "allowed",
      allow: undefined,
    });
  });

  it("tells a property from a service of a module that is named property: a rule for one never allows the other", () => {
    const names = ["Open", "m:Open", "property:Open"];
    const patterns = fc.constantFrom(
      "property:Open",
      "property:*",
      "prop*",
      "p*:*",
      "service:*",
      "*",
      "*:Open",
      "Open",
    );
    fc.assert(
      fc.property(fc.array(patterns, { minLength: 1, maxLength: 3 }), (rules) => {
        const texts = { allow: rules.map((text) => `a/b/${text}`).join("\n"), confirm: "" };
        const isAllowed = (identifier: string): boolean =>
          runtimeDecision(texts, ["a", "b"], [identifier]) === "allowed";
        const isService = rules.some((text) => ["service:*", "*", "*:Open"].includes(text));
        assert.equal(isAllowed(serviceInRules("property:Open")), isService);
        for (const name of names) {
          const isProperty = rules.some((text) => new Glob(text).matches(`property:${name}`));
          assert.equal(isAllowed(`property:${name}`), isProperty, name);
        }
      }),
    );
  });

  it("asks for a confirmation of such a service by a rule for either", () => {
    for (const text of ["property:Open", "property:*", "service:property:Open", "*"]) {
      const texts = { allow: "", confirm: `a/b/${text}` };
      assert.equal(
        runtimeDecision(texts, ["a", "b"], [serviceInRules("property:Open")]),
        "not-confirmed",
        text,
      );
    }
    const service = { allow: "a/b/service:property:Open", confirm: "a/b/service:property:Open" };
    assert.equal(runtimeDecision(service, ["a", "b"], ["property:Open"]), "not-allowed");
    assert.equal(runtimeDecision({ ...service, allow: "" }, ["a", "b"], ["property:Open"]), "allowed");
  });

  it("leaves every other service its own name", () => {
    for (const name of ["Open", "property", "m:Open", "Property:Open", "service:Open", "properties:Open"])
      assert.equal(serviceInRules(name), name);
  });

  it("accepts only the text of one command", () => {
    for (const text of ["", "a", "a/b", "a/b/", "/b/c", "a/ /c", "a/b/c/d", "a/b//c"]) {
      assert.equal(subjectOf(text), undefined, text);
    }
    assert.deepEqual(subjectOf(" a/b/property:m:X "), {
      productKey: "a",
      deviceName: "b",
      identifier: "property:m:X",
    });
  });
});
