import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type GuardedRequest, refuseForeignSite, refuseOtherTypes } from "../../nodes/admin/request-guard";

type Headers = GuardedRequest["headers"];

async function isAnswered(headers: Headers, cors?: unknown): Promise<boolean> {
  try {
    await refuseForeignSite({ method: "POST", headers: { host: "nodered.example:1880", ...headers } }, cors);
    return true;
  } catch (error) {
    assert.equal((error as { status?: number }).status, 403);
    return false;
  }
}

function typeIsTaken(method: string, headers: Headers): boolean {
  try {
    refuseOtherTypes({ method, headers });
    return true;
  } catch (error) {
    assert.equal((error as { status?: number }).status, 415);
    return false;
  }
}

const own = "http://nodered.example:1880";
const foreign = "https://evil.example";

describe("who may ask the admin routes", () => {
  const cases: [string, Headers, boolean][] = [
    ["the editor", { "sec-fetch-site": "same-origin", origin: own }, true],
    ["the editor, whose proxy has changed Host", { "sec-fetch-site": "same-origin", origin: foreign }, true],
    ["an address that a person typed", { "sec-fetch-site": "none" }, true],
    ["a program that is no browser", {}, true],
    ["another site", { "sec-fetch-site": "cross-site", origin: foreign }, false],
    ["another site that names our address", { "sec-fetch-site": "cross-site", origin: own }, false],
    ["another site that sends no origin", { "sec-fetch-site": "cross-site" }, false],
    [
      "another port of this machine",
      { "sec-fetch-site": "same-site", origin: "http://nodered.example" },
      false,
    ],
    ["another port, without an origin", { "sec-fetch-site": "same-site" }, false],
    ["what no browser says", { "sec-fetch-site": "same-origin, cross-site" }, false],
    ["an old browser, or plain HTTP", { origin: own }, true],
    ["the same in capitals", { origin: own.toUpperCase() }, true],
    ["another site over plain HTTP", { origin: foreign }, false],
    ["a page without an origin", { origin: "null" }, false],
    ["a page with an empty origin", { origin: "" }, false],
    ["a host that begins like ours", { origin: `${own}.evil.example` }, false],
    ["a host that ends like ours", { origin: "http://evil-nodered.example:1880" }, false],
    ["our name as a user", { origin: `${own}@evil.example` }, false],
    ["our name as a path", { origin: `${foreign}/nodered.example:1880` }, false],
    ["another port", { origin: "http://nodered.example:1881" }, false],
    ["a browser extension", { origin: "chrome-extension://nodered.example:1880" }, false],
    [
      "a proxy that passes the name on",
      { origin: "https://nr.example", "x-forwarded-host": "nr.example" },
      true,
    ],
    [
      "two proxies",
      { origin: "https://nr.example", "x-forwarded-host": "nr.example, inner.example:8080" },
      true,
    ],
    [
      "a proxy that passes name and port on",
      {
        origin: "https://nr.example:8443",
        "x-forwarded-host": "nr.example",
        "x-forwarded-port": "8443",
      },
      true,
    ],
    ["a proxy for another name", { origin: foreign, "x-forwarded-host": "nr.example" }, false],
    ["a proxy on the usual port", { host: "nr.example", origin: "https://nr.example:443" }, true],
    ["the usual port of the other scheme", { host: "nr.example", origin: "https://nr.example:80" }, false],
  ];
  for (const [who, headers, expected] of cases) {
    it(`${expected ? "answers" : "refuses"} ${who}`, async () => {
      assert.equal(await isAnswered(headers), expected);
    });
  }

  it("answers an editor on another origin if httpAdminCors names it, in every form of that setting", async () => {
    const callback = (origin: string, answer: (error: null, value: boolean) => void): void =>
      answer(null, origin === foreign);
    const allowing: unknown[] = [
      { origin: foreign },
      { origin: [/nothing/, foreign] },
      { origin: /^https:\/\/evil\.example$/g },
      { origin: true },
      { origin: "*" },
      { methods: "GET" },
      { origin: callback },
      (_request: unknown, answer: (error: null, value: unknown) => void) => answer(null, { origin: foreign }),
    ];
    const refusing: unknown[] = [
      undefined,
      null,
      true,
      "*",
      { origin: false },
      { origin: "https://other.example" },
      { origin: [] },
      { origin: (_origin: string, answer: (error: Error) => void) => answer(new Error("no")) },
      () => {
        throw new Error("no");
      },
    ];
    for (const cors of allowing) {
      assert.ok(await isAnswered({ origin: foreign }, cors), JSON.stringify(cors));
      assert.ok(await isAnswered({ origin: foreign, "sec-fetch-site": "same-site" }, cors));
      assert.ok(!(await isAnswered({ origin: "null" }, cors)));
      assert.ok(!(await isAnswered({ origin: foreign, "sec-fetch-site": "cross-site" }, cors)));
    }
    for (const cors of refusing) assert.ok(!(await isAnswered({ origin: foreign }, cors)), String(cors));
  });

  it("answers no origin but its own, whatever that looks like", async () => {
    const origins = fc.oneof(
      fc.string(),
      fc.domain().map((host) => `http://${host}:1880`),
    );
    await fc.assert(
      fc.asyncProperty(origins, async (origin) => {
        const answered = await isAnswered({ origin });
        assert.equal(answered, origin.toLowerCase() === own);
      }),
    );
  });
});

describe("content types of the admin routes", () => {
  for (const type of ["application/json", "Application/JSON; charset=utf-8", "application/json;charset=x"]) {
    it(`accepts ${type}`, () =>
      assert.ok(typeIsTaken("POST", { "content-type": type, "content-length": "2" })));
  }
  const others = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"];
  others.push("", "application/jsonp", "text/plain; application/json", "application/json, text/plain", "*/*");
  for (const type of [...others, undefined]) {
    it(`refuses ${type ?? "a body without a type"}`, () => {
      const headers = { ...(type !== undefined && { "content-type": type }) };
      assert.ok(!typeIsTaken("POST", { ...headers, "content-length": "2" }));
      assert.ok(!typeIsTaken("POST", headers));
      assert.ok(!typeIsTaken("GET", { ...headers, "content-length": "2" }));
      assert.ok(!typeIsTaken("GET", { ...headers, "transfer-encoding": "chunked" }));
    });
  }
  it("accepts a look-up without a body", () => assert.ok(typeIsTaken("GET", {})));
});
