import type { FlowNode } from "./admin";

const at = (id: string, type: string, more: Record<string, unknown>): FlowNode => ({
  id,
  type,
  z: "tab",
  x: 100,
  y: 100,
  ...more,
});

const invoke = (id: string, account: string, more: Record<string, unknown>): FlowNode =>
  at(id, "aliyun-iot-invoke-service", {
    account,
    target: "device",
    productKey: "product",
    productKeyType: "msg",
    deviceName: "light01",
    deviceNameType: "str",
    service: "service",
    serviceType: "msg",
    args: "payload",
    argsType: "msg",
    result: "payload",
    resultType: "msg",
    delivery: "at-most-once",
    ...more,
  });

const account = (id: string, endpoint: string, more: object = {}): FlowNode => ({
  id,
  type: "aliyun-iot-account",
  endpoint,
  credentialType: "access_key",
  rate: 1_000_000,
  timeout: 5,
  ...more,
});

/** Prints a message whole, so that whatever a flow may do with one is done. */
const copied = (id: string): FlowNode[] => [
  at(`copy-${id}`, "function", {
    func: "const copy = RED.util.cloneMessage(msg); JSON.stringify([copy.payload, copy.error, copy.invocation]);",
    wires: [],
  }),
  at(`debug-${id}`, "debug", { active: true, tosidebar: true, complete: "true", wires: [] }),
];

/**
 * A flow that hands what comes from outside to several nodes, each of which copies or prints it. `POST /call` and
 * `/await` with `{ service, product, payload }` answer with the outcome; `/flood` sends messages to a server that
 * hangs; `/watch` tells how the process is.
 */
export function attackedFlow(hostile: string, hung: string, amqp: string): FlowNode[] {
  return [
    { id: "tab", type: "tab", label: "attacked" },
    account("hostile", hostile, { concurrency: 8 }),
    account("hung", hung, { concurrency: 1, queueLimit: 50, queueTtl: 0.05, timeout: 600 }),
    { id: "stand-in", type: "aliyun-iot-account", platform: "simulator" },
    {
      id: "replies",
      type: "aliyun-iot-subscription",
      account: "hostile",
      endpoint: amqp,
      uid: "1",
      consumerGroupId: "DEFAULT_GROUP",
      credits: 100,
    },
    { id: "embedded", type: "aliyun-iot-subscription", account: "stand-in" },
    at("hears", "aliyun-iot-message-in", {
      subscription: "replies",
      kind: "any",
      acknowledge: "auto",
      wires: [["copy-heard", "count", "debug-heard"]],
    }),
    at("hears-embedded", "aliyun-iot-message-in", { subscription: "embedded", kind: "any", wires: [[]] }),
    at("count", "function", { func: 'flow.set("heard", (flow.get("heard") || 0) + 1);', wires: [] }),
    ...["call", "await"].map((id) =>
      at(`in-${id}`, "http in", { url: `/${id}`, method: "post", wires: [[`of-${id}`]] }),
    ),
    ...["call", "await"].map((id) =>
      at(`of-${id}`, "function", {
        func: "Object.assign(msg, msg.payload); return msg;",
        wires: [[`invoke-${id}`]],
      }),
    ),
    invoke("invoke-call", "hostile", {
      wires: [
        ["copy-result", "told", "debug-result"],
        ["copy-result", "told", "debug-result"],
      ],
    }),
    invoke("invoke-await", "hostile", {
      awaitReply: true,
      subscription: "replies",
      replyTimeout: 5,
      wires: [
        ["copy-result", "told", "debug-result"],
        ["copy-result", "told", "debug-result"],
      ],
    }),
    ...copied("result"),
    ...copied("heard"),
    at("told", "function", {
      func: "const { error, invocation } = msg; msg.payload = { result: error ? undefined : msg.payload, error, invocation }; msg.headers = {}; return msg;",
      wires: [["answer"]],
    }),
    at("answer", "http response", { wires: [] }),
    at("in-flood", "http in", { url: "/flood", method: "get", wires: [["flood", "answer"]] }),
    at("flood", "function", {
      func: `
let left = Number(msg.req.query.seconds) * 20;
flow.set("ended", 0);
flow.set("sent", left * 10);
const timer = setInterval(() => {
  for (let n = 0; n < 10; n++) node.send({ service: "S", product: "a1BwAGV0001", payload: {} });
  if (--left === 0) clearInterval(timer);
}, 50);`,
      wires: [["invoke-hung"]],
    }),
    invoke("invoke-hung", "hung", { check: "off", wires: [["ended"], ["ended"]] }),
    at("ended", "function", { func: 'flow.set("ended", flow.get("ended") + 1);', wires: [] }),
    at("in-watch", "http in", { url: "/watch", method: "get", wires: [["watch"]] }),
    at("watch", "function", {
      func: 'msg.payload = { ...process.loopWatch(), heard: flow.get("heard") || 0, ended: flow.get("ended") || 0, sent: flow.get("sent") || 0 }; return msg;',
      libs: [{ var: "process", module: "process" }],
      wires: [["answer"]],
    }),
  ];
}
