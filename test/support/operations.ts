import type { SimulatorDefinition } from "../../lib/simulator/definition/definition";
import { fade, type FlowOptions, lamp } from "./nodes";
import { success } from "./raw-server";
import { smallSample } from "./small-sample";

/** A kind of command, as its node carries it out with the lamp of the sample. */
interface TestedOperation {
  /** For titles of tests. */
  readonly name: string;
  readonly nodeType: string;
  /** As `msg.invocation` and the audit name it. */
  readonly operation: string;
  /** JSON text in wire format. */
  readonly payload: string;
  /** A command of its own for each number, in three series. */
  readonly numbered: (n: number, series: number) => string;
  /** The numbered command that a device carried out with these args. */
  readonly carriedOut: (args: Readonly<Record<string, unknown>>) => string;
  /** The same as a flow may write it, and something that does not fit the thing model. */
  readonly loose: object;
  readonly wrong: object;
  /** As rules name what the payload does. */
  readonly identifier: string;
  /** How it is sent, in records of the audit. */
  readonly manner: Readonly<{ mode?: string; qos?: number }>;
  /** The device's code in records of the audit; undefined where none is awaited. */
  readonly code: string | undefined;
  /** A member of the result. */
  readonly given: string;
  /** The operation of the platform's API. */
  readonly action: string;
  /** What the platform answers. */
  readonly answer: (messageId?: string) => string;
  /** Settings of the node besides those of the lamp. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the request has besides the device. */
  readonly parameters: Readonly<Record<string, string>>;
}

const brightness = '{"Brightness":80.0}';
const setProperties = {
  nodeType: "aliyun-iot-set-properties",
  operation: "set-properties",
  payload: brightness,
  numbered: (n: number, series: number) => `{"Brightness":${series}.${String(n).padStart(6, "0")}}`,
  carriedOut: ({ Brightness }: Readonly<Record<string, unknown>>) =>
    `{"Brightness":${Number(Brightness).toFixed(6)}}`,
  loose: { Brightness: 80 },
  wrong: { Brightness: 800 },
  code: undefined,
  given: "messageId",
  answer: (messageId?: string) => success(undefined, messageId),
  identifier: "property:Brightness",
};

/** All commands, to each of which an account's rules, dry run and audit apply alike. */
export const operations: readonly TestedOperation[] = [
  {
    name: "invoke node",
    nodeType: "aliyun-iot-invoke-service",
    operation: "invoke-service",
    payload: fade,
    numbered: (n, series) => `{"Level":1.0,"DurationMs":${n},"Curve":${series}}`,
    carriedOut: ({ DurationMs, Curve }) =>
      `{"Level":1.0,"DurationMs":${Number(DurationMs)},"Curve":${Number(Curve)}}`,
    loose: { Level: 80, DurationMs: 5, Curve: 1 },
    wrong: { Level: 800 },
    code: "200",
    given: "OldLevel",
    action: "InvokeThingService",
    answer: (messageId) => success({ code: 200, data: {}, id: "1" }, messageId),
    identifier: "FadeTo",
    manner: {},
    settings: {},
    parameters: { Identifier: "FadeTo", Args: fade },
  },
  {
    ...setProperties,
    name: "set-properties node",
    action: "SetDeviceProperty",
    settings: { mode: "now" },
    manner: { mode: "now", qos: 0 },
    parameters: { Items: brightness },
  },
  {
    ...setProperties,
    name: "set-properties node with desired values",
    action: "SetDeviceDesiredProperty",
    settings: { mode: "desired" },
    manner: { mode: "desired" },
    parameters: { Items: brightness, Versions: "{}" },
  },
];

/** The options of a flow with a node of this kind. */
export function nodeOf(operation: TestedOperation, { invoke, ...more }: FlowOptions = {}): FlowOptions {
  return { ...more, nodeType: operation.nodeType, invoke: { ...operation.settings, ...invoke } };
}

/** A further node of this kind, `id`, that leads where the first one does. */
export function furtherNode(operation: TestedOperation, id: string): Record<string, unknown> {
  return {
    z: "tab",
    x: 1,
    y: 1,
    id,
    type: operation.nodeType,
    account: "account",
    ...lamp,
    ...operation.settings,
    args: operation.payload,
    argsType: "json",
    items: operation.payload,
    itemsType: "json",
    wires: [["result"], ["failure"]],
  };
}

/**
 * The small sample, with lamps that have done what is set before the platform answers, so that a command that was sent is
 * among the executions once its message is out.
 */
export const promptSample: SimulatorDefinition = {
  ...smallSample,
  products: (smallSample.products ?? []).map((product) => ({
    ...product,
    devices: (product.devices ?? []).map((device) => ({ ...device, propertySet: { reply: "before" } })),
  })),
};
