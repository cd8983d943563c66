import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import type { MqttClient } from "mqtt";
import { Simulator } from "../../lib/simulator/simulator";
import { connectDevice } from "../simulator/mqtt/device-client";
import type { FlowNode } from "../support/admin";
import type { Runtime } from "../support/runtime";
import { sharedRuntime } from "../support/shared-runtime";
import { productKey, thermostats } from "../support/thermostat-definition";
import { versions } from "../support/versions";

type Items = Record<string, unknown>;

/** What the device does with a set. */
type Program = (device: {
  reply: (code?: number) => void;
  post: (items: Items) => void;
  items: Items;
}) => unknown;

interface Case {
  /** Of the node, and by default a device over MQTT. */
  settings: Record<string, unknown>;
  program?: Program;
  payload?: unknown;
  /** What leaves port 1, or code and outcome of what leaves port 2. */
  ends: RegExp | [code: string, outcome: string];
}

const key = { accessKeyId: "testid", accessKeySecret: "testsecret" };
const wanted = { Target: 21.5 };
const reported = /^\{"items":\{"Target":\{"value":21\.5,"time":\d+\}\}\}$/;
const obeys: Program = ({ reply, post, items }) => {
  reply();
  post(items);
};

const cases: Record<string, Case> = {
  "now, accepted": { settings: {}, program: obeys, ends: /^\{"messageId":"\d+"\}$/ },
  "now with QoS 1, accepted": { settings: { qos: 1 }, program: obeys, ends: /"messageId"/ },
  "now, a reply that comes late": {
    settings: { confirm: "reply" },
    program: ({ reply }) => setTimeout(400).then(() => reply()),
    ends: /^\{\}$/,
  },
  "now, a reply that refuses": {
    settings: { confirm: "reply" },
    program: ({ reply }) => reply(460),
    ends: ["460", "failed"],
  },
  "now, no reply": {
    settings: { confirm: "reply", replyTimeout: 1 },
    program: () => undefined,
    ends: ["reply-timeout", "unknown"],
  },
  "now, reported late": {
    settings: { confirm: "reported" },
    program: ({ reply, post, items }) => {
      reply();
      return setTimeout(400).then(() => post(items));
    },
    ends: reported,
  },
  "now, replied and reported before the platform answers": {
    settings: { confirm: "reported", deviceName: "early" },
    ends: reported,
  },
  "now, something else reported": {
    settings: { confirm: "reported", replyTimeout: 1 },
    program: ({ reply, post }) => {
      reply();
      post({ Target: 19 });
    },
    ends: ["not-reported", "failed"],
  },
  "now, nothing reported": {
    settings: { confirm: "reported", replyTimeout: 1, deviceName: "silent" },
    ends: ["reply-timeout", "unknown"],
  },
  "desired, accepted": {
    settings: { mode: "desired" },
    program: obeys,
    ends: /^\{"messageId":"\d+","versions":\{"Target":\d+\}\}$/,
  },
  "desired, reported": { settings: { mode: "desired", confirm: "reported" }, program: obeys, ends: reported },
  "desired, of a version that is no longer the present one": {
    settings: { mode: "desired", versions: '{"Target":77}', versionsType: "json" },
    program: obeys,
    ends: ["", "refused"],
  },
  "desired, a reply awaited": {
    settings: { mode: "desired", confirm: "reply" },
    ends: ["invalid-input", "not-sent"],
  },
  "now, a value out of range": {
    settings: {},
    payload: { Target: 900 },
    ends: ["invalid-input", "not-sent"],
  },
};

/** Each case has a URL that its node answers: 200 with the result, or 500 with the error. */
function flowsOf(simulator: Simulator, amqp: string): FlowNode[] {
  const change = (id: string, code: number, from: string, to: string): FlowNode => ({
    id,
    type: "change",
    z: "sets",
    rules: [
      { t: "set", p: "payload", pt: "msg", to: from, tot: "msg" },
      { t: "set", p: "statusCode", pt: "msg", to: String(code), tot: "num" },
    ],
    wires: [[to]],
  });
  const nodes = Object.values(cases).flatMap(({ settings }, index): FlowNode[] => [
    {
      id: `in-${index}`,
      type: "http in",
      z: "sets",
      url: `/set/${index}`,
      method: "post",
      wires: [[`set-${index}`]],
    },
    {
      id: `set-${index}`,
      type: "aliyun-iot-set-properties",
      z: "sets",
      account: "home",
      productKey,
      deviceName: "away",
      items: "payload",
      subscription: "inside",
      replyTimeout: 10,
      ...settings,
      wires: [["result"], ["failure"]],
    },
  ]);
  return [
    { id: "sets", type: "tab", label: "Sets" },
    {
      id: "home",
      type: "aliyun-iot-account",
      credentialType: "access_key",
      endpoint: simulator.endpoint,
    },
    {
      id: "inside",
      type: "aliyun-iot-subscription",
      account: "home",
      endpoint: amqp,
      consumerGroupId: "DEFAULT_GROUP",
    },
    ...nodes,
    change("result", 200, "payload", "out"),
    change("failure", 500, "error", "out"),
    { id: "out", type: "http response", z: "sets", wires: [] },
  ];
}

for (const version of versions) {
  describe(`setting properties of a device over MQTT, Node-RED ${version}`, () => {
    let runtime: Runtime;
    let simulator: Simulator;
    let client: MqttClient;
    let program: Program | undefined;

    before(async () => {
      const definition = thermostats();
      definition.accessKeys = [key];
      for (const device of definition.products![0]!.devices!) device.deviceSecret = "secret";
      simulator = await Simulator.start({ definition });
      const amqp = await simulator.openAmqp();
      client = await connectDevice(await simulator.openMqtt(), {
        productKey,
        deviceName: "away",
        secret: "secret",
      });
      client.on("error", () => undefined);
      client.on("message", (topic, bytes) => obey(topic, JSON.parse(bytes.toString("utf8"))));
      await client.subscribeAsync(`/sys/${productKey}/away/thing/service/property/set`, { qos: 1 });
      runtime = await sharedRuntime({
        version,
        flows: flowsOf(simulator, amqp),
        credentials: { home: key },
      });
    });

    after(async () => {
      await runtime?.stop();
      client?.end(true);
      await simulator?.close();
    });

    function obey(topic: string, { id, params }: { id: string; params: Items }): void {
      const post = `/sys/${productKey}/away/thing/event/property/post`;
      program?.({
        items: params,
        reply: (code = 200) => client.publish(`${topic}_reply`, JSON.stringify({ id, code, data: {} })),
        post: (items) =>
          client.publish(post, JSON.stringify({ id: `p${id}`, version: "1.0", params: items })),
      });
    }

    for (const [index, [name, { program: own, payload = wanted, ends }]] of Object.entries(cases).entries()) {
      it(name, async () => {
        program = own;
        const answer = await fetch(`${runtime.url}/set/${index}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(payload),
        });
        const text = await answer.text();
        if (ends instanceof RegExp) {
          assert.equal(answer.status, 200, text);
          assert.match(text, ends);
          return;
        }
        assert.equal(answer.status, 500, text);
        const { code, outcome, hint } = JSON.parse(text) as Record<string, string>;
        const [expected, expectedOutcome] = ends;
        assert.equal(outcome, expectedOutcome, text);
        if (expected) assert.equal(code, expected);
        else assert.match(String(hint), /Target/);
      });
    }
  });
}
