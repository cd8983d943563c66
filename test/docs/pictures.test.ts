import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { allFiles } from "../../docs/pictures/all";
import { fileOf, readMade } from "../../docs/pictures/made";
import { languages } from "../../docs/pictures/picture";
import { fingerprint } from "../../docs/pictures/shown";

describe("the pictures of the documentation", () => {
  const made = readMade();

  for (const language of languages) {
    it(`show the dialogs and flows as they are now, ${language}; npm run pictures makes those anew that do not`, async () => {
      const old: string[] = [];
      for (const { file, shown } of await allFiles()) {
        const isThere = existsSync(fileOf(language, file));
        if (!isThere || made[`${language}/${file}`] !== (await fingerprint(shown, language))) old.push(file);
      }
      assert.deepEqual(old, []);
    });
  }

  it("are listed only where there is one", async () => {
    const files = await allFiles();
    const known = new Set(languages.flatMap((language) => files.map(({ file }) => `${language}/${file}`)));
    assert.deepEqual(
      Object.keys(made).filter((name) => !known.has(name)),
      [],
    );
  });
});
