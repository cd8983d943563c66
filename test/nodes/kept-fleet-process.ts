// Run by fleet-kill.test.ts, and killed there: a Node-RED that rolls a command out to the lamps of a simulator, and goes on with
// it after each restart. Prints the report, once it has left.
import { useContextStores } from "../support/context-stores";
import { fleetSettings, names, reportIn } from "../support/fleet";
import { subscriptionAt, TestFlow } from "../support/nodes";

const [endpoint = "", amqp = "", folder = "", order = ""] = process.argv.slice(2);
const { strategy, awaitReply, count, isFirst } = JSON.parse(order) as {
  strategy: string;
  awaitReply: boolean;
  count: number;
  isFirst: boolean;
};

async function rollOut(): Promise<void> {
  await useContextStores(folder);
  const flow = await TestFlow.load({
    nodeType: "aliyun-iot-fleet",
    account: { endpoint, credentialType: "access_key", rate: 1_000_000 },
    credentials: { accessKeyId: "testid", accessKeySecret: "testsecret" },
    invoke: { ...fleetSettings, check: "off", strategy, awaitReply, keep: "disk" },
    more: [subscriptionAt(amqp)],
  });
  if (isFirst) flow.send({ payload: { n: 1 }, devices: names(count), topic: "kept" });
  await flow.until(() => flow.arrivals.length > 0);
  const { port, msg } = flow.arrivals[0]!;
  const { fleet, payload } = reportIn(msg);
  const outcomes = payload.devices.map(({ outcome }) => outcome);
  console.log(JSON.stringify({ port, topic: msg.topic, fleet, outcomes }));
}

// Nor does it outlive the test.
process.stdin.resume().on("end", () => process.exit());
void rollOut();
