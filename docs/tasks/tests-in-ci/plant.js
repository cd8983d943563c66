// Starts the simulator with plant.json, and the flows on it.
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const path = require("node:path");
const { createInterface } = require("node:readline");
const helper = require("node-red-node-test-helper");

const name = "@thing-service/node-red-aliyun-iot";
const folder = path.dirname(require.resolve(`${name}/package.json`));
const { bin, "node-red": ours } = require(`${name}/package.json`);
const nodes = [
  ...Object.values(ours.nodes).map((file) => require(path.join(folder, file))),
  // What else the flows consist of.
  require("@node-red/nodes/core/common/90-comment.js"),
  require("@node-red/nodes/core/function/10-function.js"),
  require("@node-red/nodes/core/function/15-change.js"),
];

helper.init(require.resolve("node-red"));

/** Starts the simulator in a process of its own. */
exports.startPlant = async () => {
  const program = path.join(folder, bin["aliyun-iot-simulator"]);
  const file = path.join(__dirname, "plant.json");
  const args = [program, "--port", "0", "--amqp-port", "0", "--file", file];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const printed = JSON.parse(await firstLine(child));
  const control = async (method, url, body) => {
    const address = `${printed.endpoint}/_simulator/${url}`;
    const response = await fetch(address, { method, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${url}: ${await response.text()}`);
    return response;
  };
  return {
    ...printed,
    /** A device reports properties. */
    report: (device, properties) => control("POST", `devices/${device}/property`, properties),
    /** A fault for the calls that follow. */
    fail: (fault) => control("POST", "faults", [fault]),
    /** What devices really did. */
    executions: async () => (await control("GET", "executions")).json(),
    /** Forgets what devices did, and all faults. */
    reset: async () => {
      await control("DELETE", "executions");
      await control("DELETE", "faults");
    },
    stop: () => child.kill(),
  };
};

/** What the simulator prints when it listens; what it complains about if it ends instead, such as plant.json. */
async function firstLine(child) {
  let complaints = "";
  child.stderr.on("data", (chunk) => {
    complaints += chunk;
  });
  const ended = once(child, "close").then(() => {
    throw new Error(`The simulator did not start: ${complaints}`);
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), ended]);
  // It goes on to log requests, which nobody reads.
  child.stderr.removeAllListeners("data").resume();
  return line;
}

/** Loads flows.json; its account and subscription lead to the simulator, whatever they are in production. */
exports.loadFlows = async (plant) => {
  const flows = require("./flows.json").map((node) => {
    if (node.type === "aliyun-iot-account") return { ...node, platform: "cloud", endpoint: plant.endpoint };
    if (node.type === "aliyun-iot-subscription")
      return { ...node, endpoint: plant.amqpEndpoint, consumerGroupId: "DEFAULT_GROUP" };
    // A helper node keeps what it gets.
    return node.type === "debug" ? { ...node, type: "helper" } : node;
  });
  const account = flows.find(({ type }) => type === "aliyun-iot-account");
  const { accessKeyId, accessKeySecret } = plant;
  await helper.load(nodes, flows, { [account.id]: { accessKeyId, accessKeySecret } });
  // While a type is missing, Node-RED starts no node at all, and says nothing.
  if (!helper.getNode(account.id)) {
    const types = [...new Set(flows.map(({ type }) => type))].filter(
      (type) => !["tab", "helper"].includes(type),
    );
    throw new Error(
      `The flows did not start. "nodes" in plant.js needs the files of all of these: ${types.join(", ")}`,
    );
  }
  return (label) => helper.getNode(flows.find((node) => node.name === label).id);
};

exports.unloadFlows = () => helper.unload();
