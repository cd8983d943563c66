import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import { AmqpServer, property } from "../subscription/amqp-server";
import { eventually, listening, statusesOf, subscriptionAt, TestFlow, unload } from "../support/nodes";

const secret = "never-shown-secret";
const token = "never+shown/token==";

describe("a subscription's secrets", () => {
  it("never leave it, despite refusals, lost connections and a server that echoes them", async () => {
    let isWanted = false;
    const amqp = await AmqpServer.start({
      admit: () => isWanted,
      onReceiver: (connection) => {
        if (amqp.logins.length > 3) return;
        const { username, password } = amqp.logins.at(-1)!;
        connection.close({
          condition: "amqp:internal-error",
          description: `${username} ${password} ${token}`,
        });
      },
    });
    const flow = await TestFlow.load({
      account: { credentialType: "sts" },
      credentials: { accessKeyId: "testid", accessKeySecret: secret, securityToken: token },
      more: [subscriptionAt(`amqp://127.0.0.1:${amqp.endpoint.port}`), ...listening("in", "heard")],
      timings: { first: 1, refused: 1, maxRefusedLength: 1 },
    });
    const said: unknown[] = [];
    for (const id of ["subscription", "in", "account"]) {
      for (const call of ["log", "warn", "error", "debug", "trace", "status"]) {
        const node = helper.getNode(id);
        node.on(`call:${call}` as never, (({ args }: { args: unknown[] }) => said.push(args)) as never);
      }
    }
    const heard: unknown[] = [];
    helper.getNode("heard").on("input", (msg) => heard.push(msg));
    const statuses = statusesOf(helper.getNode("in"));
    try {
      await eventually(() => statuses.some(({ text }) => text?.endsWith("refused")));
      isWanted = true;
      await eventually(
        () => amqp.logins.length > 3 && statuses.at(-1)?.text?.endsWith(".connected") === true,
      );
      const logins = amqp.logins.length;
      amqp.cut();
      await eventually(() => amqp.logins.length > logins);
      amqp.send(property("m1"));
      await eventually(() => heard.length === 1);
      const texts = [said, heard, statuses, flow.arrivals.map(({ msg }) => msg)].map((part) =>
        JSON.stringify(part, (_key, value: unknown) =>
          value instanceof Error ? [value.message, value.stack, value.cause] : value,
        ),
      );
      assert.match(texts[0]!, /amqp:internal-error/);
      assert.ok(amqp.logins.every(({ username }) => username.includes(token)));
      const hidden = [secret, token, ...amqp.logins.map(({ password }) => password)];
      for (const text of texts) for (const value of hidden) assert.ok(!text.includes(value), value);
    } finally {
      await unload();
      await amqp.close();
    }
  });
});
