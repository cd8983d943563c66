import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { LateFields } from "../../editor/late-fields";
import { packageRoot } from "../support/npm";

/** A form whose fields are shown and hidden by hand. */
class Form {
  readonly built: number[] = [];
  readonly shown = new Set<number>();
  readonly fields: LateFields<Form>;
  isWatched = false;
  private changed: () => void = () => undefined;

  constructor() {
    this.fields = new LateFields<Form>((form, act) => {
      form.isWatched = true;
      this.changed = act;
      return () => {
        form.isWatched = false;
      };
    });
  }

  add(name: number): void {
    const element = { closest: () => (this.shown.has(name) ? null : {}) } as unknown as Element;
    this.fields.add({ element, build: () => this.built.push(name) });
  }

  toggle(name: number): void {
    if (!this.shown.delete(name)) this.shown.add(name);
    if (this.isWatched) this.changed();
  }
}

describe("a dialog whose fields are partly hidden", () => {
  it("has each field set up as soon as it is to be seen, once, and no other one", () => {
    const name = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.uniqueArray(name), fc.array(name), (atFirst, toggled) => {
        const form = new Form();
        for (let n = 0; n < 10; n++) form.add(n);
        for (const n of atFirst) form.toggle(n);
        assert.deepEqual(form.built, [], "nothing while it is being filled in");
        form.fields.show(form);
        const seen = new Set(atFirst);
        for (const n of toggled) {
          form.toggle(n);
          if (form.shown.has(n)) seen.add(n);
          assert.equal(form.built.length, seen.size);
          assert.deepEqual(new Set(form.built), seen);
        }
        assert.equal(form.isWatched, form.built.length < 10, "watches the form no longer than it has to");
      }),
    );
  });

  it("does not set up again what somebody needed before it was seen", () => {
    const form = new Form();
    const field = { element: { closest: () => null }, build: () => assert.fail("set up again") };
    form.fields.add(field);
    form.fields.remove(field);
    form.fields.show(form);
    assert.equal(form.isWatched, false);
  });

  it("is asked for types and texts in a way that hidden fields answer as well", () => {
    // These make the typed inputs that they ask.
    const makers = ["editor/typed-input.ts", "editor/device/inputs.ts", "editor/device/parameter-field.ts"];
    const files = ["editor", "nodes"].flatMap((folder) =>
      readdirSync(path.join(packageRoot, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => path.posix.join(folder, name.replaceAll(path.sep, "/"))),
    );
    const asking = files.filter((name) =>
      readFileSync(path.join(packageRoot, name), "utf8").includes(".typedInput("),
    );
    assert.deepEqual(asking.toSorted(), makers.toSorted());
  });
});
