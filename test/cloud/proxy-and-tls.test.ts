import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { Failure } from "../../lib/base/failure";
import { Client, type ClientSettings } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { proxyOfEnvironment, readProxyUrl } from "../../lib/cloud/proxy";
import { TestProxy } from "../support/proxy";
import { RawServer, success } from "../support/raw-server";

const pem = (name: string): string => readFileSync(`test/support/tls/${name}.pem`, "utf8");
const credentials = typedCredentials({
  credentialType: "access_key",
  accessKeyId: "a",
  accessKeySecret: "b",
});

describe("proxy and TLS", () => {
  let server: Server;
  let requests = 0;
  const closing: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    requests = 0;
    server = createServer({ key: pem("key"), cert: pem("cert") }, (_request, response) => {
      requests++;
      response.end(success(undefined));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    server.closeAllConnections();
    server.close();
    delete process.env["HTTPS_PROXY"];
    delete process.env["NO_PROXY"];
  });

  const port = (): number => (server.address() as AddressInfo).port;

  function connect(host: string, settings: Partial<ClientSettings>): Client {
    const endpoint = new URL(`https://${host}:${port()}`);
    const client = new Client({ endpoint, credentials, concurrency: 2, timeout: 5000, ...settings });
    closing.push(() => client.close());
    return client;
  }

  async function startProxy(refuse?: number): Promise<TestProxy> {
    const proxy = await TestProxy.start(port(), refuse);
    closing.push(() => proxy.close());
    return proxy;
  }

  async function failureOf(client: Client): Promise<Failure> {
    const error = await client.call("InvokeThingService", {}).catch((reason: unknown) => reason);
    assert.ok(error instanceof Failure);
    return error;
  }

  it("refuses a server with an unknown certificate, and says what to check", async () => {
    const failure = await failureOf(connect("localhost", {}));
    assert.deepEqual(
      [failure.code, failure.outcome, failure.hint],
      ["connection-failed", "not-sent", "hints.tls"],
    );
    assert.equal(requests, 0);
  });

  it("trusts a private CA", async () => {
    await connect("localhost", { tls: { ca: pem("ca"), rejectUnauthorized: true } }).call("X", {});
    assert.equal(requests, 1);
  });

  it("goes through the chosen proxy with its login, and checks the certificate behind it", async () => {
    const proxy = await startProxy();
    const url = proxy.url.replace("http://", "http://user:pass%20word@");
    const client = connect("iot.test.invalid", { tls: { ca: pem("ca") }, proxy: { url, noProxy: [] } });
    await Promise.all([client.call("X", {}), client.call("X", {}), client.call("X", {})]);
    assert.equal(requests, 3);
    assert.ok(proxy.tunnels.length <= 2, "one tunnel for each connection, not for each call");
    assert.deepEqual(proxy.tunnels[0], { host: `iot.test.invalid:${port()}`, login: "user:pass word" });
    const failure = await failureOf(connect("iot.test.invalid", { proxy: { url, noProxy: [] } }));
    assert.deepEqual([failure.outcome, failure.hint], ["not-sent", "hints.tls"]);
  });

  it("goes through the proxy of the environment, but not to the hosts that are left out", async () => {
    const proxy = await startProxy();
    process.env["HTTPS_PROXY"] = proxy.url;
    await connect("iot.test.invalid", { tls: { ca: pem("ca") } }).call("X", {});
    assert.equal(proxy.tunnels.length, 1);
    process.env["NO_PROXY"] = "iot.test.invalid";
    const failure = await failureOf(connect("iot.test.invalid", { tls: { ca: pem("ca") } }));
    assert.deepEqual([failure.code, failure.hint], ["connection-failed", "hints.dns"]);
    assert.equal(proxy.tunnels.length, 1);
  });

  it("never uses a proxy for this machine", async () => {
    const proxy = await startProxy();
    process.env["HTTPS_PROXY"] = proxy.url;
    await connect("127.0.0.1", { tls: { ca: pem("ca") } }).call("X", {});
    assert.deepEqual([requests, proxy.tunnels.length], [1, 0]);
  });

  for (const status of [403, 407, 502]) {
    it(`reports not-sent when the proxy answers ${status}`, async () => {
      const proxy = await startProxy(status);
      const failure = await failureOf(
        connect("iot.test.invalid", { proxy: { url: proxy.url, noProxy: [] } }),
      );
      assert.deepEqual(
        [failure.code, failure.outcome, failure.category],
        ["connection-failed", "not-sent", "network"],
      );
    });
  }

  it("tries a proxy that hangs up once, and a silent one for a limited time", async () => {
    let isSilent = false;
    const proxy = await RawServer.start((_request, socket) => {
      if (!isSilent) socket.end();
    });
    closing.push(() => proxy.close());
    const settings = { proxy: { url: proxy.url.href, noProxy: [] }, connectTimeout: 100 };
    const rude = await failureOf(connect("iot.test.invalid", settings));
    assert.deepEqual([rude.code, rude.outcome, rude.hint], ["connection-failed", "not-sent", "hints.proxy"]);
    assert.equal(proxy.connections, 1);
    isSilent = true;
    const silent = await failureOf(connect("iot.test.invalid", settings));
    assert.deepEqual([silent.code, silent.outcome], ["connection-failed", "not-sent"]);
    assert.match(silent.message, /ETIMEDOUT/);
    assert.equal(proxy.connections, 2);
  });

  it("accepts a proxy address without a scheme, and rejects an invalid one", () => {
    assert.equal(readProxyUrl("proxy.corp:8080").href, "http://proxy.corp:8080/");
    assert.deepEqual(proxyOfEnvironment({ https_proxy: "10.0.0.1:3128", no_proxy: "a,b" }), {
      url: "http://10.0.0.1:3128/",
      noProxy: ["a", "b"],
    });
    for (const typed of ["socks5://a:1", "http://", "a b"]) assert.throws(() => readProxyUrl(typed), Failure);
  });

  it("reports not-sent when nothing listens at the proxy's address", async () => {
    const proxy = await TestProxy.start(port());
    const { url } = proxy;
    await proxy.close();
    const failure = await failureOf(connect("iot.test.invalid", { proxy: { url, noProxy: [] } }));
    assert.deepEqual([failure.code, failure.outcome], ["connection-failed", "not-sent"]);
  });
});
