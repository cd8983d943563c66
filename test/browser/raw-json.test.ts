import assert from "node:assert/strict";
import * as fc from "fast-check";
import { foldJson, isJson, membersOf, objectText, unfoldJson } from "../../editor/raw-json";

/** JSON text whose numbers are written in ways that parsing and printing would change. */
const json = fc.letrec<{ value: string; list: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("10.0", "-0", "1E3", "1e-7", "12345678901234567890", "true", "null"),
    fc.string().map((text) => JSON.stringify(text)),
    tie("list"),
    tie("object"),
  ),
  list: fc.array(tie("value"), { maxLength: 3 }).map((items) => `[ ${items.join(" ,\n")} ]`),
  object: fc
    .uniqueArray(fc.tuple(fc.string(), tie("value")), { maxLength: 3, selector: ([name]) => name })
    .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:\t${value}`).join(",")}}`),
}));

/** Everything but the blanks between the tokens; blanks in texts are made visible first. */
function tokens(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (found) => (found.startsWith('"') ? found : ""));
}

describe("JSON text in the dialogs", () => {
  it("is folded and unfolded without touching a number or a text", () => {
    fc.assert(
      fc.property(json.value, (text) => {
        for (const written of [foldJson(text), unfoldJson(text), foldJson(unfoldJson(text))]) {
          assert.equal(tokens(written), tokens(text));
          assert.deepEqual(JSON.parse(written), JSON.parse(text));
        }
        assert.equal(foldJson(unfoldJson(text)), foldJson(text));
      }),
    );
  });

  it("folds to one line and unfolds to one line a member", () => {
    assert.equal(
      foldJson('{\n  "Level":10.0,\n  "Steps":[1.50,2e0]}'),
      '{"Level": 10.0, "Steps": [1.50, 2e0]}',
    );
    assert.equal(
      unfoldJson('{"Level": 10.0, "Empty": {}, "Steps": [1.50]}'),
      '{\n  "Level": 10.0,\n  "Empty": {},\n  "Steps": [\n    1.50\n  ]\n}',
    );
  });

  it("leaves invalid JSON unchanged, on one line", () => {
    assert.equal(foldJson("{Level:\n  1}"), "{Level: 1}");
    assert.equal(unfoldJson("{Level: 1}"), "{Level: 1}");
    assert.equal(isJson("{Level: 1}"), false);
  });

  it("takes an object apart and puts it together again", () => {
    fc.assert(
      fc.property(json.object, (text) => {
        const members = membersOf(text);
        assert.ok(members);
        assert.deepEqual([...members.keys()], namesOf(text));
        assert.equal(tokens(objectText(members)), tokens(text));
      }),
    );
  });

  it("has no members if the text is not an object", () => {
    for (const text of ["", "[1]", "10", '"{}"', "{Level: 1}"])
      assert.equal(membersOf(text), undefined, text);
  });
});

/** In the order of the text; an object would put names that are numbers first. */
function namesOf(text: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let isName = true;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1 && token === ",") isName = true;
    else if (depth === 1 && token === ":") isName = false;
    else if (depth === 1 && isName && token.startsWith('"')) names.push(JSON.parse(token) as string);
  }
  return names;
}
