import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import {
  collectSends,
  eventually,
  type Message,
  statusesOf,
  type TestFlow,
  unload,
  warningsOf,
} from "../support/nodes";
import { productKey } from "../support/thermostat-definition";
import { Thermostats } from "../support/thermostats";

interface Reported {
  items: Record<string, { value: unknown; time: number }>;
  firstRead?: true;
}

describe("wait-until node", () => {
  let home: Thermostats;
  beforeEach(async () => {
    home = await Thermostats.start();
  });
  afterEach(async () => {
    await unload();
    await home.close();
  });

  const post = (items: Record<string, unknown>, deviceName = "willing"): void => {
    home.simulator.uplink.postProperty(productKey, deviceName, items);
  };
  /** Sends a message, and does something once it waits. */
  async function waited(
    flow: TestFlow,
    msg: object,
    then: () => void,
  ): Promise<TestFlow["arrivals"][number]> {
    const before = flow.arrivals.length;
    const waits = waiting(flow);
    flow.send(msg);
    await waits;
    then();
    await flow.until(() => flow.arrivals.length > before);
    return flow.arrivals[before]!;
  }
  /** Resolves once the device is watched: the status tells of messages that wait, and their account is open by then. */
  async function waiting(flow: TestFlow): Promise<void> {
    const statuses = statusesOf(flow.node);
    await eventually(() => statuses.at(-1)?.text === "⇄ 1");
  }
  async function problemOf(flow: TestFlow, msg: object): Promise<string> {
    const { code, outcome, category, message } = await flow.failureOf(msg);
    assert.deepEqual([code, category, outcome], ["invalid-input", "input", "not-sent"], message);
    return message;
  }

  it("holds a message until the device reports what is waited for, with the message that shows it", async () => {
    const flow = await home.waiting({ checkFirst: false });
    const { port, msg } = await waited(flow, { payload: "before", topic: "kept" }, () => {
      post({ Temperature: 29.99 });
      post({ Temperature: 30, Target: 5 });
      post({ Temperature: 99 });
    });
    assert.equal(port, "result", msg.error?.message);
    const { items, firstRead, ...rest } = msg.payload as Reported & Record<string, unknown>;
    assert.deepEqual([items["Temperature"]?.value, items["Target"]?.value, firstRead], [30, 5, undefined]);
    assert.deepEqual(
      [rest["productKey"], rest["deviceName"], rest["iotId"]],
      [productKey, "willing", "iot-willing"],
    );
    assert.equal(msg.topic, "kept");
    const { durationMs, ...invocation } = msg.invocation!;
    assert.ok(durationMs >= 0);
    assert.deepEqual(invocation, {
      operation: "wait-until",
      productKey,
      deviceName: "willing",
      attempts: 1,
      queuedMs: 0,
    });
  });

  it("leaves the message as it is where no result is wanted, or puts it elsewhere", async () => {
    const flow = await home.waiting({ result: "" });
    post({ Temperature: 31 });
    const first = await flow.run({ payload: "mine" });
    assert.deepEqual([first.port, first.msg.payload], ["result", "mine"]);
    await unload();
    const other = await home.waiting({ result: "seen.it" });
    const { msg } = await other.run({ payload: "mine" });
    const { seen } = msg as Message & { seen: { it: Reported } };
    assert.deepEqual([msg.payload, seen.it.items["Temperature"]?.value], ["mine", 31]);
  });

  it("goes on at once where it is so already, with the types of the thing model", async () => {
    const flow = await home.waiting({
      identifier: "Schedule.Hour",
      condition: "between",
      value: "6",
      value2: "8",
    });
    post({ Schedule: { Hour: 7, Level: 20.5 } });
    const { port, msg } = await flow.run({});
    assert.equal(port, "result", msg.error?.message);
    const { items, firstRead } = msg.payload as Reported;
    assert.deepEqual([items["Schedule"]?.value, firstRead], [{ Hour: 7, Level: 20.5 }, true]);
    assert.ok(Date.now() - items["Schedule"]!.time < 20_000);
  });

  it("waits on where it is not so yet, and for properties of modules", async () => {
    const flow = await home.waiting({ identifier: "fan:Speed", condition: "lt", value: "1.5" });
    post({ "fan:Speed": 3 });
    const { port, msg } = await waited(
      flow,
      {},
      () => post({ "fan:Speed": 1.5 }) ?? post({ "fan:Speed": 1.4 }),
    );
    assert.equal(port, "result", msg.error?.message);
    assert.equal((msg.payload as Reported).items["fan:Speed"]?.value, 1.4);
  });

  it("compares with what the message brings, and takes everything else from it as well", async () => {
    const flow = await home.waiting({
      deviceName: "device",
      deviceNameType: "msg",
      identifier: "what",
      identifierType: "msg",
      condition: "eq",
      value: "payload.wanted + 1",
      valueType: "jsonata",
      timeout: "patience",
      timeoutType: "msg",
    });
    const asked = (wanted: number, patience: unknown = 20) => ({
      device: "late",
      what: "Count",
      payload: { wanted },
      patience,
    });
    const { port, msg: out } = await waited(flow, asked(4), () => post({ Count: 5 }, "late"));
    assert.equal(port, "result", out.error?.message);
    assert.equal(out.invocation?.deviceName, "late");
    const { code } = await flow.failureOf(asked(40, 0.05));
    assert.equal(code, "wait-timeout");
    assert.match(await problemOf(flow, asked(4, null)), /Timeout must be a number from 0\.001/);
    assert.match(await problemOf(flow, asked(4, -1)), /Timeout must be a number/);
  });

  it("finds the device by its IotId", async () => {
    const byId = { target: "iotId", iotId: "iot-late", iotIdType: "str" };
    const flow = await home.waiting({ ...byId, checkFirst: false });
    const { port, msg } = await waited(flow, {}, () => post({ Temperature: 33 }, "late"));
    assert.equal(port, "result", msg.error?.message);
    assert.equal(msg.invocation?.iotId, "iot-late");
    await unload();
    const state = await home.waiting({
      ...byId,
      kind: "state",
      condition: "eq",
      value: "offline",
      valueType: "str",
    });
    const end = await waited(state, {}, () => home.simulator.uplink.setStatus(productKey, "late", "OFFLINE"));
    assert.equal(end.port, "result", end.msg.error?.message);
    await unload();
    // Older messages do not name the IotId.
    const other = await home.waiting({
      ...byId,
      kind: "state",
      value: "online",
      condition: "eq",
      valueType: "str",
    });
    other.send({});
    const sending = setInterval(() => {
      const body = JSON.stringify({ status: "online", productKey, deviceName: "late" });
      home.simulator.uplink.postRaw(`/as/mqtt/status/${productKey}/late`, Buffer.from(body));
    }, 20);
    await other.until(() => other.arrivals.length === 1);
    clearInterval(sending);
    assert.equal(other.arrivals[0]!.port, "result");
  });

  it("waits for an event with an output, and reads nothing before", async () => {
    const flow = await home.waiting({
      kind: "event",
      identifier: "Overheat.Temperature",
      condition: "gt",
      value: "90",
    });
    home.simulator.uplink.postEvent(productKey, "willing", "Overheat", { Temperature: 95 });
    // What was sent in the same millisecond may have come after it.
    const before = Date.now();
    await eventually(() => Date.now() > before + 1);
    const warnings = warningsOf("invoke");
    const { port, msg } = await waited(flow, {}, () => {
      home.simulator.uplink.postEvent(productKey, "willing", "Overheat", { Temperature: 90 });
      home.simulator.uplink.postEvent(productKey, "willing", "Overheat", { Temperature: 91.5 });
    });
    assert.equal(port, "result", msg.error?.message);
    const { identifier, value } = msg.payload as { identifier: string; value: unknown };
    assert.deepEqual([identifier, value], ["Overheat", { Temperature: 91.5 }]);
    assert.deepEqual(warnings, []);
  });

  it("waits for any event, or for a state that is read first", async () => {
    const any = await home.waiting({ kind: "event", identifier: "", condition: "any" });
    const { msg } = await waited(any, {}, () => {
      home.simulator.uplink.postEvent(productKey, "willing", "Overheat", { Temperature: 1 });
    });
    assert.equal((msg.payload as { identifier: string }).identifier, "Overheat");
    await unload();
    const state = { kind: "state", condition: "eq", valueType: "str" };
    const online = await home.waiting({ ...state, value: "Online" });
    const now = (await online.run({})).msg.payload as { status: string; firstRead: true };
    assert.deepEqual([now.status, now.firstRead], ["online", true]);
    await unload();
    const offline = await home.waiting({ ...state, value: "offline" });
    const later = await waited(offline, {}, () =>
      home.simulator.uplink.setStatus(productKey, "willing", "OFFLINE"),
    );
    const { status, firstRead } = later.msg.payload as { status: string; firstRead?: true };
    assert.deepEqual([status, firstRead], ["offline", undefined]);
  });

  it("judges by a JSONata expression, which sees the device's message as payload", async () => {
    const flow = await home.waiting({
      identifier: "",
      condition: "jsonata",
      value: "payload.items.Target.value > payload.items.Temperature.value",
      valueType: "jsonata",
    });
    const { port, msg } = await waited(flow, {}, () => {
      post({ Target: 20, Temperature: 21 });
      post({ Target: 22, Temperature: 21 });
    });
    assert.equal(port, "result", msg.error?.message);
    assert.equal((msg.payload as Reported).items["Target"]?.value, 22);
    // All of it is read first as well.
    const again = await flow.run({});
    assert.equal((again.msg.payload as Reported).firstRead, true);
  });

  it("gives up in time, unknown and safe to repeat, with what was seen last in the hint", async () => {
    const flow = await home.waiting({ timeout: "0.3" });
    post({ Temperature: 21.5 });
    const { code, category, outcome, retryable, message, hint } = await flow.failureOf({ payload: "kept" });
    assert.deepEqual([code, category, outcome, retryable], ["wait-timeout", "timeout", "unknown", true]);
    assert.match(message, /The condition for Temperature was not met within 0\.3 s/);
    assert.match(hint!, /Temperature was 21\.5/);
    assert.equal(flow.arrivals[0]!.msg.payload, "kept");
  });

  it("goes on listening where the present value cannot be read, with one warning", async () => {
    const flow = await home.waiting();
    home.simulator.addFault({
      fault: "server-error",
      action: "QueryDevicePropertyStatus",
      code: "iot.common.RamActionPermissionDeny",
    });
    const warnings = warningsOf("invoke");
    flow.send({});
    flow.send({});
    await eventually(() => warnings.length > 0);
    post({ Temperature: 40 });
    await flow.until(() => flow.arrivals.length === 2);
    for (const { port, msg } of flow.arrivals) assert.equal(port, "result", msg.error?.message);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /present value cannot be read first.*iot:QueryDevicePropertyStatus/s);
  });

  it("goes on listening where there is no present value yet, with one warning", async () => {
    const flow = await home.waiting();
    const warnings = warningsOf("invoke");
    flow.send({});
    await eventually(() => warnings.length > 0);
    post({ Temperature: 40 });
    await flow.until(() => flow.arrivals.length === 1);
    assert.equal(flow.arrivals[0]!.port, "result");
    assert.match(warnings.join(), /no present value/);
  });

  it("shows how many wait, and how it ended", async () => {
    const flow = await home.waiting({ checkFirst: false });
    const statuses = statusesOf(flow.node);
    for (let n = 0; n < 3; n++) flow.send({ n });
    await eventually(() => statuses.at(-1)?.text === "⇄ 3");
    post({ Temperature: 40 });
    await flow.until(() => flow.arrivals.length === 3);
    await eventually(() => /^✓ .* ms$/.test(statuses.at(-1)?.text ?? ""));
    assert.deepEqual(statuses.find(({ text }) => text === "⇄ 3")?.fill, "blue");
    // Each has a message of its own.
    const [one, other] = flow.arrivals.map(({ msg }) => msg.payload);
    assert.notEqual(one, other);
    assert.deepEqual(one, other);
  });

  it("ends what waits as closed, unknown, when it is stopped", async () => {
    const flow = await home.waiting({ timeout: 86_400, value: "value", valueType: "msg" });
    post({ Temperature: 40 });
    assert.equal((await flow.run({ value: 1 })).port, "result");
    flow.send({ value: 50 });
    flow.send({ value: 60 });
    const seen = collectSends(flow);
    await unload();
    const errors = seen.map(({ error }) => [error?.code, error?.category, error?.outcome, error?.retryable]);
    assert.deepEqual(errors, [
      ["closed", "closed", "unknown", true],
      ["closed", "closed", "unknown", true],
    ]);
  });

  it("ends what waits as closed, unknown, where only its subscription is replaced", async () => {
    const flow = await home.waiting({ checkFirst: false });
    const waits = waiting(flow);
    flow.send({ n: 1 });
    await waits;
    await helper.getNode("subscription").close(false);
    await flow.until(() => flow.arrivals.length === 1);
    const { code, outcome } = flow.arrivals[0]!.msg.error!;
    assert.deepEqual([code, outcome], ["closed", "unknown"]);
  });

  it("does not wait where the platform refuses the subscription", async () => {
    home.simulator.subscription.disturb({ kind: "refuse" });
    const flow = await home.waiting();
    const statuses = statusesOf(flow.node);
    await eventually(() => statuses.at(-1)?.fill === "red");
    const { code, category, outcome, message } = await flow.failureOf({});
    assert.deepEqual([code, category, outcome], ["subscription-refused", "credentials", "not-sent"]);
    assert.match(message, /cannot be received/);
  });

  it("refuses settings and values with which it would wait in vain", async () => {
    const wrong: [settings: Record<string, unknown>, reason: RegExp][] = [
      [{ kind: "service" }, /known: property, event, state/],
      [{ condition: "like" }, /known: eq, neq/],
      [{ kind: "state", condition: "gt" }, /known: eq, neq, any, jsonata/],
      [{ kind: "state", condition: "eq", value: "onlin", valueType: "str" }, /online, offline/],
      [{ identifier: "" }, /Identifier is missing/],
      [{ identifier: "Temperature." }, /is not the identifier of a property/],
      [{ value: "warm", valueType: "str" }, /Value must be a number/],
      [{ value: "" }, /Value is missing/],
      [{ condition: "between", value2: "" }, /Second value is missing/],
      [{ value: "nothing", valueType: "msg" }, /Value is missing: msg\.nothing/],
      [{ condition: "eq", value: "{", valueType: "json" }, /JSON/],
      [{ condition: "jsonata", value: "payload.(", valueType: "jsonata" }, /not a valid JSONata expression/],
      [{ condition: "jsonata", value: "" }, /Enter the JSONata expression/],
      [{ timeout: "soon" }, /Timeout must be a number/],
      [{ deviceName: "" }, /Device is missing/],
      [{ subscription: "" }, /[Ss]ubscription/],
      [{ result: "payload.x" }, /cannot be put into msg\.payload\.x/],
    ];
    for (const [settings, reason] of wrong) {
      const flow = await home.waiting(settings);
      assert.match(await problemOf(flow, { payload: "text" }), reason);
      await unload();
    }
  });

  it("reads what a message brings once, whatever it is", async () => {
    const flow = await home.waiting({
      condition: "eq",
      identifier: "Count",
      value: "value",
      valueType: "msg",
    });
    post({ Count: 5 });
    let reads = 0;
    const changing = {
      get value(): number {
        return ++reads === 1 ? 5 : 6;
      },
    };
    assert.equal((await flow.run(changing)).port, "result");
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    const trap = new Proxy(
      {},
      {
        get: () => {
          throw new Error("no");
        },
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    for (const value of [cycle, trap, Number.NaN, Symbol("x"), () => 5]) {
      const { code } = await flow.failureOf({ value });
      assert.equal(code, "invalid-input");
    }
    assert.equal((await flow.run({ value: 5n })).port, "result");
  });

  it("is not impressed by what devices send that is no post", async () => {
    const flow = await home.waiting({ checkFirst: false, condition: "neq", value: "5" });
    const topic = `/${productKey}/willing/thing/event/property/post`;
    const { port, msg } = await waited(flow, {}, () => {
      const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
      for (const body of [
        "",
        "[]",
        "7",
        "{",
        '{"items":[]}',
        '{"items":{"Temperature":7}}',
        '{"items":{"Temperature":{}}}',
        '{"items":{"Temperature":{"value":5.0}}}',
        '{"items":{"__proto__":{"Temperature":{"value":1}}}}',
        `{"items":${deep}}`,
        "\u0000\uffff",
      ]) {
        home.simulator.uplink.postRaw(topic, Buffer.from(body));
      }
      post({ Temperature: 6 });
    });
    assert.equal(port, "result", msg.error?.message);
    assert.equal((msg.payload as Reported).items["Temperature"]?.value, 6);
  });

  it("holds as many messages as Node-RED allows", async () => {
    helper.settings({ nodeMessageBufferMaxLength: 2 });
    try {
      const flow = await home.waiting({ checkFirst: false });
      flow.send({ n: 1 });
      flow.send({ n: 2 });
      const { code, outcome, retryable } = await flow.failureOf({ n: 3 });
      assert.deepEqual([code, outcome, retryable], ["queue-full", "not-sent", true]);
      post({ Temperature: 30 });
      await flow.until(() => flow.arrivals.length === 3);
    } finally {
      helper.settings({ nodeMessageBufferMaxLength: undefined });
    }
  });

  it("removes msg.confirmed and the error that another node of this package has left", async () => {
    const flow = await home.waiting();
    post({ Temperature: 30 });
    const error = { code: "x", source: { id: "1", type: "aliyun-iot-invoke-service", name: "" } };
    const { msg } = await flow.run({ confirmed: true, error });
    assert.deepEqual([Object.hasOwn(msg, "confirmed"), Object.hasOwn(msg, "error")], [false, false]);
  });

  it("ends in Catch where its failure port is not wired", async () => {
    const flow = await home.waiting({ timeout: 0.05 }, { isFailurePortOpen: true });
    const { port, msg } = await flow.run({});
    assert.deepEqual([port, (msg.error as { code?: string } | undefined)?.code], ["catch", "wait-timeout"]);
  });
});
