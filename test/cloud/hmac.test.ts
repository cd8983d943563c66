import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { HmacKey } from "../../lib/cloud/hmac";

describe("HMAC-SHA256", () => {
  const ascii = fc.string({ unit: "binary-ascii", maxLength: 200 });

  it("agrees with node:crypto for any key, and any texts one after the other", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 150 }), fc.array(ascii, { maxLength: 5 }), (secret, texts) => {
        const key = new HmacKey(secret);
        for (const text of texts) {
          assert.equal(key.sign(text), createHmac("sha256", secret).update(text).digest("hex"));
        }
      }),
    );
  });

  it("gives the published code of RFC 4231, test case 2", () => {
    const code = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert.equal(new HmacKey("Jefe").sign("what do ya want for nothing?"), code);
  });

  it("shows nothing of its key", () => {
    assert.equal(inspect(new HmacKey("secret"), { showHidden: true, depth: 9 }), "HmacKey {}");
  });
});
