// Run by audit-kill.test.ts, and killed there: a Node-RED that commands the lamp of a simulator for ever, 64 times at
// once, and records it in the user directory.
import helper from "node-red-node-test-helper";
import { TestFlow } from "../support/nodes";
import { nodeOf, operations } from "../support/operations";

const [endpoint = "", userDir = "", series = "", index = ""] = process.argv.slice(2);

async function commandForEver(): Promise<void> {
  helper.settings({ userDir });
  const operation = operations[Number(index)]!;
  const flow = await TestFlow.load({
    ...nodeOf(operation),
    account: {
      endpoint,
      credentialType: "access_key",
      rate: 1_000_000,
      audit: "file",
      allow: `*/*/${operation.identifier}`,
    },
    credentials: { accessKeyId: "testid", accessKeySecret: "testsecret" },
  });
  let count = 0;
  const next = (): void => flow.send({ payload: operation.numbered(++count, Number(series)) });
  for (const id of ["result", "failure"]) helper.getNode(id).on("input", next);
  for (let at = 0; at < 64; at++) next();
}

// Nor does it outlive the test.
process.stdin.resume().on("end", () => process.exit());
void commandForEver();
