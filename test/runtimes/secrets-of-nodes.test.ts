import assert from "node:assert/strict";
import { sampleDefinition } from "../../lib/simulator/sample/sample";
import { Simulator } from "../../lib/simulator/simulator";
import { ask } from "../support/admin";
import { type Runtime, startRuntime } from "../support/runtime";

const secrets = { accessKeySecret: "never-shown-secret", securityToken: "never+shown/token==" };
const proxyPassword = "never-shown-proxy-password";

/** A node as another node of the flow sees it, in every way in which nodes are printed, listed and copied. */
const peek = `
const { inspect } = require("node:util");
const attempt = (run) => { try { return run(); } catch (error) { return String(error); } };
module.exports = (RED) => {
  RED.httpAdmin.get("/peek/:id", async (request, response) => {
    const node = RED.nodes.getNode(request.params.id);
    const inside = node.open ? await Promise.resolve(node.open()).catch((error) => error) : undefined;
    const access = await inside?.subscriptionAccess?.();
    const said = {};
    for (const [name, value] of Object.entries({ node, inside, access })) {
      const listed = [];
      for (const key in value) listed.push(key, attempt(() => JSON.stringify(value[key])));
      said[name] = [
        attempt(() => JSON.stringify(value)),
        inspect(value, { showHidden: true, depth: 12 }),
        inspect(value, { depth: Infinity }),
        inspect(value, { getters: true, depth: 4 }),
        attempt(() => JSON.stringify({ ...value })),
        attempt(() => inspect(structuredClone(value), { depth: Infinity })),
        attempt(() => JSON.stringify(RED.util.cloneMessage({ value }))),
        attempt(() => JSON.stringify(RED.util.encodeObject({ msg: value }, { maxLength: 100000 }))),
        listed.join(" "),
        value && Object.keys(value).join(" "),
      ].map(String);
    }
    const keys = { read: node.credentials?.accessKeySecret, listed: Object.keys(node) };
    response.json({ said, keys });
  });
};
`;

interface Peeked {
  said: Record<"node" | "inside" | "access", string[]>;
  keys: { read?: string; listed: string[] };
}

for (const version of [4, 5] as const) {
  describe(`what other nodes see of an account and of a subscription, Node-RED ${version}`, () => {
    let simulator: Simulator;
    let runtime: Runtime;

    before(async () => {
      const key = { accessKeyId: "testid", ...secrets };
      simulator = await Simulator.start({ definition: { ...sampleDefinition(), accessKeys: [key] } });
      const amqp = await simulator.openAmqp();
      const account = { type: "aliyun-iot-account", endpoint: simulator.endpoint, credentialType: "sts" };
      runtime = await startRuntime({
        version,
        nodes: {
          "peek.js": peek,
          "peek.html": '<script type="text/javascript">void 0;</script>',
        },
        flows: [
          { id: "tab", type: "tab" },
          { id: "account", ...account },
          { id: "proxied", ...account, proxy: "proxy" },
          { id: "role", ...account, credentialType: "ram_role_arn", roleArn: "acs:ram::1:role/x" },
          { id: "proxy", type: "http proxy", url: "http://127.0.0.1:9", noproxy: [] },
          {
            id: "subscription",
            type: "aliyun-iot-subscription",
            account: "account",
            endpoint: amqp,
            consumerGroupId: "DEFAULT_GROUP",
          },
          {
            id: "in",
            z: "tab",
            type: "aliyun-iot-message-in",
            subscription: "subscription",
            wires: [[]],
          },
        ],
        credentials: {
          account: key,
          proxied: key,
          role: key,
          // Nobody types any in; a file that was written by hand may still have them.
          subscription: key,
          proxy: { username: "me", password: proxyPassword },
        },
      });
    });

    after(async () => {
      await runtime?.stop();
      await simulator?.close();
    });

    for (const id of ["account", "proxied", "role", "subscription", "in"]) {
      it(`shows no secret: ${id}`, async () => {
        const { said, keys } = JSON.parse(await ask(runtime, `peek/${id}`)) as Peeked;
        for (const [what, texts] of Object.entries(said)) {
          for (const [way, text] of texts.entries()) {
            // What is hidden in any node leads to all others, and core's proxy shows what it has.
            const isOurs = id !== "in" || way !== 1;
            for (const secret of [...Object.values(secrets), ...(isOurs ? [proxyPassword] : [])]) {
              assert.ok(!text.includes(secret), `${secret} of ${what}, way ${way}`);
            }
          }
        }
        assert.ok(said.node[1]!.includes(id), "it was printed at all");
        assert.ok(!keys.listed.includes("credentials"));
        if (id === "account") assert.equal(keys.read, secrets.accessKeySecret);
      });
    }
  });
}
