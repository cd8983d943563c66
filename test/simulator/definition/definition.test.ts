import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Simulator, type SimulatorDefinition, SimulatorInputError } from "../../../lib/simulator/simulator";
import { acs3, assertFailed, assertSucceeded, rpc } from "../wire";

/** The one line that a start is refused with. */
async function complaint(start: Promise<Simulator>): Promise<string> {
  const error = await start.then(
    async (simulator) => {
      await simulator.close();
      return assert.fail("it started");
    },
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SimulatorInputError, String(error));
  assert.doesNotMatch(error.message, /\n/);
  return error.message;
}

describe("a simulator file", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "simulator-file-"))));
  after(() => rmSync(folder, { recursive: true }));

  const write = (name: string, content: unknown): string => {
    const file = path.join(folder, name);
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const service = { identifier: "S", callType: "sync", inputData: [], outputData: [] };
  const product = (more: object): object => ({
    products: [{ productKey: "p", thingModel: { services: [service] }, ...more }],
  });
  const device = (more: object): object => product({ devices: [{ deviceName: "d", ...more }] });

  it("of the documented form works, its thing model found beside it", async () => {
    write("model.json", { services: [service] });
    const file = write("good.json", {
      accessKeys: [{ accessKeyId: "id", accessKeySecret: "secret", deny: ["QueryDevice"] }],
      instanceId: "iot-1",
      products: [
        {
          productKey: "p",
          productName: "P",
          thingModel: "model.json",
          devices: [
            {
              deviceName: "d",
              iotId: "i",
              status: "ONLINE",
              services: { S: { delayMs: 1, code: 200, data: '{ "At": $string($millis()) }' } },
            },
          ],
        },
      ],
      faults: [{ action: "InvokeThingService", service: "S", skip: 2, times: 1, fault: "drop-after" }],
    });
    const simulator = await Simulator.start({ file });
    try {
      assert.deepEqual([simulator.accessKeyId, simulator.accessKeySecret], ["id", "secret"]);
      const call = { IotId: "i", Identifier: "S", Args: "{}", IotInstanceId: "iot-1" };
      const { Data } = assertSucceeded(await acs3(simulator, "InvokeThingService", call));
      assert.match(String(Data.Result), /"At":"\d{13}"/);
    } finally {
      await simulator.close();
    }
  });

  it("may begin with a byte order mark, and may be nearly empty", async () => {
    const simulator = await Simulator.start({ file: write("bom.json", "\uFEFF{}") });
    try {
      assert.deepEqual([simulator.accessKeyId, simulator.accessKeySecret], ["testid", "testsecret"]);
      assertFailed(await rpc(simulator, "QueryProduct", { ProductKey: "p" }), "iot.prod.NotExistedProduct");
    } finally {
      await simulator.close();
    }
  });

  it("that is not there, or a folder", async () => {
    assert.match(
      await complaint(Simulator.start({ file: path.join(folder, "no.json") })),
      /no\.json: no such file$/,
    );
    assert.match(await complaint(Simulator.start({ file: folder })), /: is a directory, not a file$/);
  });

  const broken: [string, RegExp][] = [
    ['{\n  "products": [\n    { "productKey": "a", }\n  ]\n}', /line 3, column 26$/],
    ["{", /reached end of input at line 1, column 2$/],
    ["", /line 1, column 1$/],
    ["hello", /line 1, column 1$/],
    ['{"seed":1,"seed":2}', /Duplicate key 'seed' .* line 1, column 12$/],
  ];
  for (const [text, message] of broken) {
    it(`that is no JSON: ${JSON.stringify(text.slice(0, 30))}`, async () => {
      const line = await complaint(Simulator.start({ file: write("broken.json", text) }));
      assert.match(line, /broken\.json: not valid JSON: /);
      assert.match(line, message);
    });
  }

  const wrong: [object | string, string][] = [
    ["[]", "expected an object, got an array"],
    [
      { product: [] },
      "product: unknown key; known are accessKeys, instanceId, products, faults, seed, consumerGroups, groups, limits, keptExecutions, batchWithBadName, batchWithOfflineDevice, tagMatch",
    ],
    [
      '{"__proto__":{}}',
      "__proto__: unknown key; known are accessKeys, instanceId, products, faults, seed, consumerGroups, groups, limits, keptExecutions, batchWithBadName, batchWithOfflineDevice, tagMatch",
    ],
    [{ products: {} }, "products: expected an array, got an object"],
    [{ products: [{}] }, "products[0].productKey: expected a text, got nothing"],
    [{ products: [{ productKey: "" }] }, "products[0].productKey: must not be empty"],
    [
      { products: [{ productKey: "p" }, { productKey: "p" }] },
      'products[1].productKey: "p" occurs more than once',
    ],
    [
      product({ devices: [{ deviceName: "d" }, { deviceName: "d" }] }),
      'products[0].devices[1].deviceName: "d" occurs more than once',
    ],
    [{ seed: 1.5 }, "seed: expected an integer from 0 to 4294967295, got 1.5"],
    [{ instanceId: 5 }, "instanceId: expected a text, got 5"],
    [{ accessKeys: [{ accessKeyId: "a" }] }, "accessKeys[0].accessKeySecret: expected a text, got nothing"],
    [
      { accessKeys: [{ accessKeyId: "a", accessKeySecret: "b", inactive: "yes" }] },
      'accessKeys[0].inactive: expected true or false, got "yes"',
    ],
    [
      device({ status: "online" }),
      'products[0].devices[0].status: expected one of ONLINE, OFFLINE, UNACTIVE, DISABLE, got "online"',
    ],
    [
      device({ services: { T: {} } }),
      "products[0].devices[0].services.T: the thing model has no such service",
    ],
    [
      device({ services: { S: { delayMs: -1 } } }),
      "products[0].devices[0].services.S.delayMs: expected an integer from 0 to 86400000, got -1",
    ],
    [
      device({ services: { S: { data: [1] } } }),
      "products[0].devices[0].services.S.data: expected an object, got an array",
    ],
    [
      device({ services: { S: { dataa: {} } } }),
      "products[0].devices[0].services.S.dataa: unknown key; known are delayMs, maxDelayMs, code, message, data, bare, reply, offlineReply, post",
    ],
    [
      device({ services: { S: { reply: "never" } } }),
      'products[0].devices[0].services.S.reply: expected one of before, with, after, got "never"',
    ],
    [
      device({ services: { S: { post: 5 } } }),
      "products[0].devices[0].services.S.post: expected an object, got 5",
    ],
    [device({ offlineReply: 1 }), "products[0].devices[0].offlineReply: expected true or false, got 1"],
    [device({ deviceSecret: "" }), "products[0].devices[0].deviceSecret: must not be empty"],
    [
      device({ togglesEveryMs: 1 }),
      "products[0].devices[0].togglesEveryMs: expected an integer from 10 to 86400000, got 1",
    ],
    [device({ posts: {} }), "products[0].devices[0].posts: expected an array, got an object"],
    [
      device({ posts: [{ everyMs: 5, property: true, data: {} }] }),
      "products[0].devices[0].posts[0].everyMs: expected an integer from 10 to 86400000, got 5",
    ],
    [
      device({ posts: [{ everyMs: 1000, event: "E", data: {} }] }),
      "products[0].devices[0].posts[0].event: the thing model has no such event",
    ],
    [
      device({ posts: [{ everyMs: 1000, data: {} }] }),
      'products[0].devices[0].posts[0]: expected either "property": true or "event"',
    ],
    [
      device({ posts: [{ everyMs: 1000, property: false, data: {} }] }),
      "products[0].devices[0].posts[0].property: expected true",
    ],
    [
      device({ posts: [{ everyMs: 1000, property: true }] }),
      "products[0].devices[0].posts[0].data: expected an object, got nothing",
    ],
    [{ consumerGroups: "x" }, 'consumerGroups: expected an array, got "x"'],
    [{ consumerGroups: ["a,b"] }, "consumerGroups[0]: expected 1 to 64 letters, digits, _ or -"],
    [
      product({ thingModel: {} }),
      "products[0].thingModel: not a thing model: expected a thing model, found no services, properties or events",
    ],
    [
      product({ thingModel: { services: [{ identifier: "S", callType: "both" }, {}] } }),
      'products[0].thingModel: not a thing model: services[0].callType: expected one of async, sync, got "both" (and 2 more)',
    ],
    [
      product({ thingModel: 7 }),
      "products[0].thingModel: not a thing model: expected a thing model, an object, got 7",
    ],
    [
      device({ propertySet: { replies: "never" } }),
      "products[0].devices[0].propertySet.replies: unknown key; known are delayMs, maxDelayMs, code, message, reply, offlineReply, post, postDelayMs",
    ],
    [
      device({ propertySet: { reply: "soon" } }),
      'products[0].devices[0].propertySet.reply: expected one of before, with, after, never, got "soon"',
    ],
    [
      device({ propertySet: { post: true } }),
      "products[0].devices[0].propertySet.post: expected an object, got true",
    ],
    [
      device({ properties: { Level: 1 } }),
      "products[0].devices[0].properties.Level: the thing model has no such property",
    ],
    [
      device({ posts: [{ everyMs: 1000, property: true, data: {}, past: { everyMs: 10, hours: 1 } }] }),
      "products[0].devices[0].posts[0].past.everyMs: expected an integer from 60000 to 86400000, got 10",
    ],
    [
      { faults: [{}] },
      "faults[0].fault: expected one of drop-before, drop-after, hang, throttle, server-error, garbage, wrong-clock, xml, got nothing",
    ],
    [
      { faults: [{ fault: "hang", deviceName: "x" }] },
      "faults[0].deviceName: there is no deviceName x in this file",
    ],
    [
      { faults: [{ fault: "hang", probability: 2 }] },
      "faults[0].probability: expected a number from 0 to 1, got 2",
    ],
  ];
  for (const [content, message] of wrong) {
    it(`with a mistake is refused: ${message.slice(0, 80)}`, async () => {
      const file = write("wrong.json", content);
      assert.equal(await complaint(Simulator.start({ file })), `${file}: ${message}`);
    });
  }

  it("with an invalid expression is rejected by its path", async () => {
    const file = write("expression.json", device({ services: { S: { data: "{ 1 +" } } }));
    const line = await complaint(Simulator.start({ file }));
    assert.ok(
      line.startsWith(`${file}: products[0].devices[0].services.S.data: not a JSONata expression: `),
      line,
    );
  });

  it("with an invalid expression of a post is rejected by its path", async () => {
    const posts = [{ everyMs: 1000, property: true, data: "{ 1 +" }];
    const file = write("post.json", device({ posts }));
    const line = await complaint(Simulator.start({ file }));
    assert.ok(
      line.startsWith(`${file}: products[0].devices[0].posts[0].data: not a JSONata expression: `),
      line,
    );
  });

  it("with an expression of a property set that is none is refused by its path", async () => {
    const file = write("set.json", device({ propertySet: { post: "{ 1 +" } }));
    const line = await complaint(Simulator.start({ file }));
    assert.ok(
      line.startsWith(`${file}: products[0].devices[0].propertySet.post: not a JSONata expression: `),
      line,
    );
  });

  it("names the thing model's file if that is invalid", async () => {
    const missing = write("missing.json", product({ thingModel: "nowhere.json" }));
    assert.match(
      await complaint(Simulator.start({ file: missing })),
      /products\[0\]\.thingModel: .*nowhere\.json: no such file$/,
    );
    write("none.json", { services: 5 });
    const none = write("refers.json", product({ thingModel: "none.json" }));
    const message =
      /products\[0\]\.thingModel: not a thing model \(none\.json\): services: expected an array, got 5$/;
    assert.match(await complaint(Simulator.start({ file: none })), message);
  });

  it("as an object: the same checks", async () => {
    const definition = { products: [{ productKey: 5 }] } as unknown as SimulatorDefinition;
    assert.equal(
      await complaint(Simulator.start({ definition })),
      "products[0].productKey: expected a text, got 5",
    );
    const deny = { accessKeys: [{ accessKeyId: "a", accessKeySecret: "b", deny: ["Querydevice"] }] };
    assert.match(
      await complaint(Simulator.start({ definition: deny })),
      /^accessKeys\[0\]\.deny\[0\]: expected one of /,
    );
  });

  it("a port that is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    try {
      assert.equal(await complaint(Simulator.start({ port })), `port ${port} is already in use on 127.0.0.1`);
    } finally {
      other.close();
    }
  });
});
