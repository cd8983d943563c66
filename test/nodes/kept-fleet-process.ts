// Run by fleet-kill.test.ts, and killed there: a Node-RED that rolls a command out to the lamps of a simulator, and goes on with
// it after each restart. Prints the report, once it has left.
import { useContextStores } from "../support/context-stores";
import { fleetKey, names, reportIn } from "../support/fleet";
import { TestFlow } from "../support/nodes";

const [endpoint = "", folder = "", strategy = "", count = "", isFirst = ""] = process.argv.slice(2);

async function rollOut(): Promise<void> {
  await useContextStores(folder);
  const flow = await TestFlow.load({
    nodeType: "aliyun-iot-fleet",
    account: { endpoint, credentialType: "access_key", rate: 1_000_000 },
    credentials: { accessKeyId: "testid", accessKeySecret: "testsecret" },
    invoke: {
      operation: "service",
      service: "Blink",
      productKey: fleetKey,
      targets: "list",
      devices: "devices",
      devicesType: "msg",
      check: "off",
      strategy,
      keep: "disk",
    },
  });
  if (isFirst === "first") flow.send({ payload: { n: 1 }, devices: names(Number(count)), topic: "kept" });
  await flow.until(() => flow.arrivals.length > 0);
  const { port, msg } = flow.arrivals[0]!;
  const { fleet, payload } = reportIn(msg);
  const outcomes = payload.devices.map(({ outcome }) => outcome);
  console.log(JSON.stringify({ port, topic: msg.topic, fleet, outcomes }));
}

// Nor does it outlive the test.
process.stdin.resume().on("end", () => process.exit());
void rollOut();
