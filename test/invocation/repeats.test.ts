import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { Client } from "../../lib/cloud/client";
import { typedCredentials } from "../../lib/cloud/credentials";
import { Governor } from "../../lib/invocation/governor";
import { invoke } from "../../lib/invocation/invoke";
import { httpAnswer, RawServer, success } from "../support/raw-server";

const calls = 64;

describe("many calls that are throttled at the same moment", () => {
  it("are repeated one after the other, although all have the same waiting time", async () => {
    const held: Socket[] = [];
    const repeats: number[] = [];
    const throttled = httpAnswer('{"RequestId":"R","Code":"Throttling.User","Message":"slow down"}', {
      status: 400,
      headers: { "x-acs-retry-after": "400" },
    });
    const server = await RawServer.start((_request, socket) => {
      if (held.length < calls) {
        held.push(socket);
        if (held.length === calls) for (const each of held) each.write(throttled);
        return;
      }
      repeats.push(performance.now());
      socket.write(httpAnswer(success(undefined)));
    });
    const credentials = typedCredentials({
      credentialType: "access_key",
      accessKeyId: "a",
      accessKeySecret: "b",
    });
    const client = new Client({ endpoint: server.url, credentials, concurrency: calls, timeout: 15_000 });
    const governor = new Governor({ rate: 500, concurrency: calls, queueLimit: calls, queueTtl: 0 });
    const settled = await Promise.all(
      Array.from({ length: calls }, () =>
        invoke(
          { client, governor, timeout: 15_000 },
          { target: { iotId: "x" }, service: "S", args: "{}" },
          { delivery: "at-most-once" },
        ),
      ),
    );
    assert.ok(settled.every(({ ok, invocation }) => ok && invocation.attempts === 2));
    // Half of 500 a second after the throttling: 4 ms each, less with each success.
    const spread = repeats.at(-1)! - repeats[0]!;
    assert.equal(repeats.length, calls);
    assert.ok(spread >= 90, `${calls} repeats within ${spread} ms`);
    await client.close();
    await server.close();
  });
});
