import assert from "node:assert/strict";
import { modulesIn } from "../../editor/device/module-names";

describe("custom modules in use", () => {
  it("are those of a form, of JSON, and of a property message, each once", () => {
    assert.deepEqual(
      modulesIn('{"Power":{"type":"num","value":"1"},"fan:Speed":{},"fan:Mode":{},"lock:Open":{}}'),
      ["fan", "lock"],
    );
    assert.deepEqual(modulesIn('{"items":{"fan:Speed":{"value":3}}}'), ["fan"]);
  });

  it("are none where nothing can be read", () => {
    for (const text of ["", "payload", "[", "null", "[1]", '{"items":null}', '{":Speed":1}'])
      assert.deepEqual(modulesIn(text), [], text);
  });
});
