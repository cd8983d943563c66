import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import * as fc from "fast-check";
import { foreignRequest, guardLocalServer } from "../../lib/base/local-requests";

const own = [
  "127.0.0.1:1880",
  "127.0.0.1",
  "127.8.9.10:1",
  "localhost:1880",
  "LOCALHOST",
  "LocalHost:80",
  "[::1]:1880",
  "[::1]",
];
const foreign = [
  "",
  "evil.example",
  "127.0.0.1.evil.example",
  "127.0.0.1.evil.example:1880",
  "evil.example:127.0.0.1",
  "localhost.evil.example",
  "localhost:1880@evil.example",
  "evil.example@localhost:1880",
  "localhost:1880#evil.example",
  "localhost:1880/evil.example",
  "localhost:1880, evil.example",
  "localhost.",
  "127.0.0.1.",
  "127.1",
  "2130706433",
  "0x7f.0.0.1",
  "127.0.0.256",
  "0.0.0.0",
  "[::1",
  "::1",
  "[::ffff:127.0.0.1]",
  "[::1].evil.example",
  "1270.0.0.1",
  "localhost:",
  "localhost:port",
  "localhost:188000",
  "\u2460\u2461\u2466.0.0.1",
  "ｌocalhost",
];

describe("a server on the loopback, asked by a browser", () => {
  for (const host of own) {
    it(`Host ${host} is this machine`, () => {
      assert.equal(foreignRequest(["Host", host]), undefined);
      for (const scheme of ["http", "https", "HTTP"]) {
        assert.equal(foreignRequest(["hOST", host, "oRIGIN", `${scheme}://${host}`]), undefined);
      }
    });
  }

  for (const host of foreign) {
    it(`Host ${host || "(blank)"} is rejected, also as an Origin`, () => {
      assert.match(foreignRequest(["Host", host])!, /Host/);
      assert.match(foreignRequest(["Host", "localhost", "Origin", `http://${host}`])!, /Origin/);
    });
  }

  for (const origin of [
    "null",
    "file://",
    "ftp://localhost",
    "localhost",
    "chrome-extension://localhost",
    "http://localhost/",
    " ",
  ]) {
    it(`Origin ${JSON.stringify(origin)} is rejected`, () => {
      assert.match(foreignRequest(["Host", "localhost", "Origin", origin])!, /Origin/);
    });
  }

  it("a missing Host, and headers that come twice, are refused", () => {
    assert.match(foreignRequest([])!, /Host/);
    assert.match(foreignRequest(["Host", "localhost", "host", "localhost"])!, /Host/);
    assert.match(foreignRequest(["Host", "localhost", "HOST", "evil.example"])!, /Host/);
    const twice = ["Host", "localhost", "Origin", "http://localhost", "origin", "http://evil.example"];
    assert.match(foreignRequest(twice)!, /Origin/);
  });

  it("requests caused by another site are refused", () => {
    for (const site of ["same-origin", "same-site", "none"]) {
      assert.equal(foreignRequest(["Host", "localhost", "Sec-Fetch-Site", site]), undefined);
    }
    for (const site of ["cross-site", "", "cross-origin", "same-origin, cross-site"]) {
      assert.match(foreignRequest(["Host", "localhost", "Sec-Fetch-Site", site])!, /another site/);
    }
    const twice = ["Host", "localhost", "Sec-Fetch-Site", "none", "Sec-Fetch-Site", "cross-site"];
    assert.match(foreignRequest(twice)!, /another site/);
  });

  it("a valid name with anything around it is rejected", () => {
    const surrounding = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom(...own), surrounding, fc.boolean(), (host, more, isBefore) => {
        fc.pre(!/^[:\d.]*$/.test(more));
        assert.ok(foreignRequest(["Host", isBefore ? more + host : host + more]));
      }),
    );
  });

  describe("that is guarded", () => {
    let server: Server;
    let heard: string[];
    beforeEach(async () => {
      heard = [];
      server = createServer((request, response) => {
        heard.push(`request ${request.url}`);
        response.end("hello");
      });
      guardLocalServer(server);
      server.on("upgrade", (_request, socket) => {
        heard.push("upgrade");
        socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n");
      });
      await once(server.listen(0, "127.0.0.1"), "listening");
    });
    afterEach(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const ask = async (...lines: string[]): Promise<string> => {
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
      let said = "";
      for await (const chunk of socket) {
        said += String(chunk);
        if (said.includes("\r\n\r\n")) break;
      }
      socket.destroy();
      return said;
    };

    it("serves its own", async () => {
      assert.match(await ask("GET /lamp/80 HTTP/1.1", "Host: localhost:1880"), /^HTTP\/1\.1 200 /);
      const upgrade = [
        "Host: 127.0.0.1:1880",
        "Origin: http://127.0.0.1:1880",
        "Connection: Upgrade",
        "Upgrade: websocket",
      ];
      assert.match(await ask("GET /comms HTTP/1.1", ...upgrade), /^HTTP\/1\.1 101 /);
      assert.deepEqual(heard, ["request /lamp/80", "upgrade"]);
    });

    it("tells nobody of others: requests, upgrades, expectations and addresses with a host", async () => {
      const websocket = ["Connection: Upgrade", "Upgrade: websocket"];
      for (const lines of [
        ["GET /lamp/80 HTTP/1.1", "Host: evil.example"],
        ["GET /lamp/80 HTTP/1.1", "Host: localhost", "Sec-Fetch-Site: cross-site"],
        ["POST /flows HTTP/1.1", "Host: localhost", "Origin: https://evil.example", "Content-Length: 0"],
        [
          "POST /flows HTTP/1.1",
          "Host: localhost",
          "Origin: null",
          "Expect: 100-continue",
          "Content-Length: 1",
        ],
        ["POST /flows HTTP/1.1", "Host: evil.example", "Expect: something", "Content-Length: 1"],
        ["GET /comms HTTP/1.1", "Host: evil.example", ...websocket],
        ["GET /comms HTTP/1.1", "Host: localhost", "Origin: http://evil.example", ...websocket],
        ["GET http://evil.example/ HTTP/1.1", "Host: localhost"],
        ["CONNECT localhost:1 HTTP/1.1", "Host: localhost"],
        ["GET / HTTP/1.0"],
      ]) {
        const said = await ask(...lines);
        // Node.js itself answers an expectation, and ends a tunnel that nobody listens for.
        assert.match(said, /^(?:HTTP\/1\.1 (?:403|417|100) |$)/, lines.join(" | "));
      }
      assert.deepEqual(heard, []);
    });
  });
});
