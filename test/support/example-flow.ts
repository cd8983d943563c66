import { createRequire } from "node:module";
import type { NodeInitializer, NodeMessageInFlow } from "node-red";
import helper from "node-red-node-test-helper";
import account = require("../../nodes/account/account");
import invokeService = require("../../nodes/invoke-service/invoke-service");
import messageIn = require("../../nodes/message-in/message-in");
import readDevice = require("../../nodes/read-device/read-device");
import setProperties = require("../../nodes/set-properties/set-properties");
import subscription = require("../../nodes/subscription/subscription");
import type { FlowNode } from "./admin";
import { type ExampleFlows, script } from "./scripts";

helper.init(require.resolve("node-red"));
// Of Node-RED's own dependencies, as Node-RED itself loads them.
const fromNodeRed = createRequire(require.resolve("node-red"));
const core = [
  "common/20-inject",
  "common/90-comment",
  "function/10-function",
  "function/10-switch",
  "function/15-change",
  "function/89-trigger",
  "network/10-mqtt",
  "sequence/17-split",
].map((name): NodeInitializer => fromNodeRed(`@node-red/nodes/core/${name}.js`) as NodeInitializer);
const ours = [account, invokeService, messageIn, readDevice, setProperties, subscription];

/** The nodes of the example with a number. */
async function exampleNodes(number: number): Promise<FlowNode[]> {
  const { allExamples, readExample } = await script<ExampleFlows>("example-flows.mjs");
  return readExample(allExamples().find((one) => one.number === number)!.file);
}

/** An example that runs in this process. What it shows, in debug nodes and widgets, is collected. */
export class ExampleFlow {
  private readonly untaken = new Map<string, unknown[]>();
  private waiting: (() => void)[] = [];

  private constructor(private readonly nodes: FlowNode[]) {}

  /** @param edit what is different in the test, such as the port of a broker; node by node */
  static async load(number: number, edit: (node: FlowNode) => object = () => ({})): Promise<ExampleFlow> {
    const nodes = (await exampleNodes(number)).map((node) => ({ ...node, ...edit(node) }));
    const flow = new ExampleFlow(nodes);
    await helper.load([...core, ...(ours as unknown as NodeInitializer[])], nodes.map(standIn) as never);
    for (const node of nodes.filter(isShowing)) {
      helper
        .getNode(node.id)
        .on("input", (msg) => flow.show(String(node["name"] || node.type), shownOf(node, msg)));
    }
    return flow;
  }

  /** Presses the button of an inject node. */
  press(name: string): void {
    const button = this.nodes.find((node) => node.type === "inject" && node["name"] === name)!;
    helper.getNode(button.id).receive({} as NodeMessageInFlow);
  }

  /** Sends a message into a node. */
  send(id: string, msg: object): void {
    helper.getNode(id).receive(msg as NodeMessageInFlow);
  }

  /** The next thing that the debug node or widget of this name or type shows. */
  async shown(name: string): Promise<Record<string, unknown>> {
    while (!this.untaken.get(name)?.length) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.untaken.get(name)!.shift() as Record<string, unknown>;
  }

  /** How many things it shows that no test has taken. */
  left(name: string): number {
    return this.untaken.get(name)?.length ?? 0;
  }

  private show(name: string, value: unknown): void {
    this.untaken.set(name, [...(this.untaken.get(name) ?? []), value]);
    for (const wake of this.waiting.splice(0)) wake();
  }
}

const isWidget = ({ type }: FlowNode): boolean => type.startsWith("ui-");
const isShowing = (node: FlowNode): boolean => node.type === "debug" || (isWidget(node) && "x" in node);

/** Widgets need a package that is not there, and debug nodes an editor. */
function standIn(node: FlowNode): FlowNode {
  return node.type === "debug" || isWidget(node) ? { ...node, type: "helper" } : node;
}

function shownOf({ complete }: FlowNode, msg: object): unknown {
  if (complete === undefined || complete === "true") return msg;
  return (msg as Record<string, unknown>)[String(complete)];
}
