import type { FlowNode } from "./admin";

/** What a soak run has counted so far. */
export interface SoakState {
  total: number;
  sent: number;
  ended: number;
  results: number;
  /** By code. */
  failures: Record<string, number>;
  maxSockets: number;
  /** Bytes of heap in use, after a collection, at each tenth of the run. */
  heap: number[];
}

/** Keeps the invoke node busy: each message that ends makes the next one start. */
const pump = `
const state = flow.get("soak") || {};
if (msg.start) {
  Object.assign(state, { total: msg.start, sent: 0, ended: 0, results: 0, failures: {}, maxSockets: 0, heap: [] });
  flow.set("soak", state);
  v8.setFlagsFromString("--expose-gc");
  const first = Math.min(msg.start, 512);
  for (; state.sent < first; state.sent++) node.send({ payload: {}, n: state.sent });
  return;
}
state.ended++;
if (msg.error) state.failures[msg.error.code] = (state.failures[msg.error.code] || 0) + 1;
else state.results++;
if (state.ended % 500 === 0) {
  const sockets = process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  state.maxSockets = Math.max(state.maxSockets, sockets);
}
if (state.ended % (state.total / 10) === 0) {
  vm.runInNewContext("gc")();
  state.heap.push(process.memoryUsage().heapUsed);
}
if (state.sent < state.total) return { payload: {}, n: state.sent++ };
`;

export function soakFlow(endpoint: string, concurrency: number): FlowNode[] {
  const at = (id: string, type: string, more: Record<string, unknown>): FlowNode => ({
    id,
    type,
    z: "tab",
    x: 100,
    y: 100,
    ...more,
  });
  return [
    { id: "tab", type: "tab", label: "soak" },
    {
      id: "account",
      type: "aliyun-iot-account",
      endpoint,
      credentialType: "access_key",
      rate: 1_000_000,
      concurrency,
      timeout: 5,
    },
    at("start", "http in", { url: "/start", method: "get", wires: [["begin"]] }),
    at("begin", "function", {
      func: "return [{ start: Number(msg.req.query.total) }, msg];",
      outputs: 2,
      libs: [],
      wires: [["pump"], ["answer"]],
    }),
    at("stats", "http in", { url: "/stats", method: "get", wires: [["read"]] }),
    at("read", "function", {
      func: 'msg.payload = flow.get("soak"); return msg;',
      libs: [],
      wires: [["answer"]],
    }),
    at("answer", "http response", { wires: [] }),
    at("pump", "function", {
      func: pump,
      libs: ["process", "v8", "vm"].map((module) => ({ var: module, module })),
      wires: [["invoke"]],
    }),
    at("invoke", "aliyun-iot-invoke-service", {
      account: "account",
      target: "device",
      productKey: "a1BwAGV0001",
      productKeyType: "str",
      deviceName: "light01",
      deviceNameType: "str",
      service: "Reboot",
      serviceType: "str",
      args: "payload",
      argsType: "msg",
      result: "payload",
      resultType: "msg",
      delivery: "at-most-once",
      wires: [["pump"], ["pump"]],
    }),
  ];
}
