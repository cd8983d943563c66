import assert from "node:assert/strict";
import { connect } from "node:net";
import { type FaultDefinition, Simulator, SimulatorInputError } from "../../../lib/simulator/simulator";
import { homeDefinition, open } from "../fixture";
import {
  acs3,
  type Acs3Signing,
  assertFailed,
  assertRefused,
  assertSucceeded,
  type Reply,
  rpc,
  rpcQuery,
} from "../wire";

const action = "InvokeThingService";
const hour = 3_600_000;

describe("the simulator fails on demand", () => {
  let simulator: Simulator;
  afterEach(() => simulator.close());

  const start = async (...faults: FaultDefinition[]): Promise<void> => {
    simulator = await Simulator.start({ definition: { ...homeDefinition(), faults, seed: 7 } });
  };
  const call = (deviceName?: string, signing?: Acs3Signing): Promise<Reply> =>
    acs3(simulator, action, open(deviceName), signing);
  /** `ok`, the code, or `cut` where no answer came. */
  const outcome = (deviceName?: string): Promise<string> =>
    call(deviceName).then(
      ({ json }) => (json.Success ? "ok" : (json.Code ?? "garbage")),
      () => "cut",
    );
  const outcomes = async (count: number): Promise<string[]> => {
    const list: string[] = [];
    for (let n = 0; n < count; n++) list.push(await outcome());
    return list;
  };

  it("drop-before: no answer, and the device did nothing", async () => {
    await start({ fault: "drop-before" });
    assert.equal(await outcome(), "cut");
    assert.equal(simulator.executions.length, 0);
  });

  it("drop-after: no answer, and the device acted", async () => {
    await start({ fault: "drop-after" });
    assert.equal(await outcome(), "cut");
    assert.equal(simulator.executions.length, 1);
  });

  it("hang: no answer while the socket stays open; closing the simulator ends it", async () => {
    await start({ fault: "hang" });
    const { port } = new URL(simulator.endpoint);
    const socket = connect(Number(port), "127.0.0.1");
    const query = rpcQuery(simulator, action, open(), { method: "GET" });
    socket.write(`GET /?${query} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    const ended = new Promise<number>((resolve) => {
      let bytes = 0;
      socket.on("data", (chunk) => (bytes += chunk.length));
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(bytes));
    });
    // Another request is answered meanwhile, so the first had its chance.
    const other = await acs3(
      simulator,
      "QueryProductList",
      { CurrentPage: "1", PageSize: "1" },
      { secret: "wrong" },
    );
    assertRefused(other, 400, "SignatureDoesNotMatch");
    assert.equal(socket.destroyed, false);
    await simulator.close();
    assert.equal(await ended, 0);
    assert.equal(simulator.executions.length, 0);
  });

  it("throttle: Throttling.User, and how long to wait", async () => {
    await start({ fault: "throttle", retryAfterMs: 70, times: 1 }, { fault: "throttle", times: 1 });
    const reply = await call();
    assertRefused(reply, 400, "Throttling.User");
    assert.equal(reply.headers["x-acs-retry-after"], "70");
    assert.equal((await call()).headers["x-acs-retry-after"], "500");
    assert.equal(simulator.executions.length, 0);
  });

  it("server-error: 500 InternalError", async () => {
    await start({ fault: "server-error" });
    assertRefused(await call(), 500, "InternalError");
    assert.equal(simulator.executions.length, 0);
  });

  it("server-error with a code: the back end fails with it, once", async () => {
    await start({ fault: "server-error", code: "iot.device.QueryDeviceServiceHistoryFailed", times: 1 });
    assertFailed(await call(), "iot.device.QueryDeviceServiceHistoryFailed");
    assert.equal(simulator.executions.length, 0);
    assertSucceeded(await call());
  });

  it("garbage: a page of HTML and half a document by turns, and the device acted", async () => {
    await start({ fault: "garbage" });
    const page = await call();
    assert.deepEqual([page.status, page.headers["content-type"]], [200, "text/html;charset=utf-8"]);
    assert.match(page.text, /^<!DOCTYPE html>/);
    const half = await call();
    assert.match(half.text, /^\{"RequestId":/);
    assert.throws(() => JSON.parse(half.text), SyntaxError);
    assert.equal(simulator.executions.length, 2);
  });

  it("xml: XML although JSON was requested", async () => {
    await start({ fault: "xml" });
    const reply = await call();
    assert.equal(reply.headers["content-type"], "text/xml;charset=utf-8");
    assert.match(reply.text, /<InvokeThingServiceResponse>.*<Success>true<\/Success>/s);
  });

  it("wrong-clock: refused until the client goes by the Date of the refusal", async () => {
    await start({ fault: "wrong-clock", clockOffsetMs: -2 * hour });
    const refusal = await call();
    assertRefused(refusal, 400, "InvalidTimeStamp.Expired");
    const serverTime = Date.parse(refusal.headers.date ?? "");
    assert.ok(serverTime < Date.now() - hour);
    assertRefused(await call(), 400, "InvalidTimeStamp.Expired");
    const corrected = await call("door", { at: serverTime });
    assertSucceeded(corrected);
    assert.ok(Date.parse(corrected.headers.date ?? "") < Date.now() - hour);
    assert.equal(simulator.executions.length, 1);
  });

  it("wrong-clock once: the corrected and the uncorrected request both pass afterwards", async () => {
    await start({ fault: "wrong-clock", times: 1 });
    const refusal = await call();
    assertRefused(refusal, 400, "InvalidTimeStamp.Expired");
    assertSucceeded(await call("door", { at: Date.parse(refusal.headers.date ?? "") }));
    assertSucceeded(await call());
  });

  it("skip and times count the requests that match", async () => {
    await start({ fault: "server-error", service: "Open", skip: 2, times: 1 });
    await acs3(simulator, action, { ...open(), Identifier: "Ring", Args: "{}" });
    assert.deepEqual(await outcomes(5), ["ok", "ok", "InternalError", "ok", "ok"]);
  });

  it("a request with a wrong signature uses up no fault", async () => {
    await start({ fault: "server-error", times: 1 });
    assertRefused(await call("door", { secret: "guessed" }), 400, "SignatureDoesNotMatch");
    assert.deepEqual(await outcomes(2), ["InternalError", "ok"]);
  });

  it("several faults: the first that is due happens, the next one after it", async () => {
    await start(
      { fault: "throttle", times: 1 },
      { fault: "server-error", times: 1 },
      { fault: "drop-after", skip: 3 },
    );
    assert.deepEqual(await outcomes(4), ["Throttling.User", "InternalError", "ok", "cut"]);
  });

  it("a fault for a device meets no other, however the device is named", async () => {
    await start({ fault: "server-error", productKey: "a1House00001", deviceName: "door" });
    assert.equal(await outcome("garage"), "ok");
    assert.equal(await outcome("door"), "InternalError");
    const byIotId = { ...open("garage"), IotId: "IotIdOfTheDoor00100" };
    assertRefused(await rpc(simulator, action, byIotId), 500, "InternalError");
    const many = { ProductKey: "a1House00001", Identifier: "Ring", Args: "{}", "DeviceName.1": "gate" };
    assertSucceeded(await rpc(simulator, "InvokeThingsService", many));
    assertRefused(
      await rpc(simulator, "InvokeThingsService", { ...many, "DeviceName.2": "door" }),
      500,
      "InternalError",
    );
  });

  it("a fault for an action or a product meets no other", async () => {
    await start({ fault: "server-error", action: "QueryProduct", productKey: "a1House00001" });
    assertSucceeded(await call());
    assertSucceeded(await acs3(simulator, "QueryProduct", { ProductKey: "a1NoModel001" }));
    assertRefused(
      await acs3(simulator, "QueryProduct", { ProductKey: "a1House00001" }),
      500,
      "InternalError",
    );
  });

  it("a probability gives the same run for the same seed", async () => {
    await start({ fault: "server-error", probability: 0.5 });
    const first = await outcomes(20);
    await simulator.close();
    await start({ fault: "server-error", probability: 0.5 });
    assert.deepEqual(await outcomes(20), first);
    const failures = first.filter((code) => code === "InternalError").length;
    assert.ok(failures > 3 && failures < 17, String(failures));
  });

  it("faults can be added and removed while it runs; invalid ones are rejected", async () => {
    await start();
    simulator.addFault({ fault: "server-error" });
    assert.equal(await outcome(), "InternalError");
    simulator.clearFaults();
    assert.equal(await outcome(), "ok");
    assert.throws(() => simulator.addFault({ fault: "explode" as "hang" }), SimulatorInputError);
  });

  it("a fault does not hide what is wrong with the call itself", async () => {
    await start({ fault: "xml", times: 0 });
    assertFailed(await call("gate"), "iot.messagebroker.OFFLINE");
  });
});
