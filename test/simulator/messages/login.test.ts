import assert from "node:assert/strict";
import { loginSignature } from "../../../lib/simulator/messages/login";
import { Simulator, type SimulatorOptions } from "../../../lib/simulator/simulator";
import { homeDefinition } from "../fixture";
import { credentials, type Key, Subscriber } from "./amqp-client";

const unauthorized = /amqp:unauthorized-access/;

describe("who may subscribe", () => {
  let simulator: Simulator;
  let endpoint: string;
  let lines: string[];
  const start = async (change: object = {}, options: SimulatorOptions = {}): Promise<void> => {
    lines = [];
    const definition = { ...homeDefinition(), ...change };
    simulator = await Simulator.start({ definition, log: (line) => lines.push(line), ...options });
    endpoint = await simulator.openAmqp();
  };
  afterEach(() => simulator?.close());

  const vectors = [
    ["hmacmd5", "I/Tb6mPPa1CH7tc+1vO7lQ==", "NK0yWFptACPon+dBqQm3zQ=="],
    ["hmacsha1", "RG+3WYzI9qDD0P9m6ER+maK4yH0=", "TODbyHCSTaUxxbBFTGhuZiDhbg0="],
    [
      "hmacsha256",
      "dAMr0c09P/ECCozeLuJydCVfplDP8RzdvNouS3nf3EA=",
      "zYksVMu4buFgh5esx2Oj6IYkx+bXnXXjwjhKlyGrNF0=",
    ],
  ] as const;
  for (const [method, aksign, ststoken] of vectors) {
    it(`${method} of the documented vectors`, () => {
      const signed = { authId: "testid", timestamp: "1573489088171" };
      assert.equal(loginSignature(method, "testsecret", signed), aksign);
      const withToken = { ...signed, securityToken: "CAES+tok/en==" };
      assert.equal(loginSignature(method, "testsecret", withToken), ststoken);
    });

    it(`${method} accepts a key and a temporary key`, async () => {
      await start();
      await Subscriber.connect(endpoint, { signMethod: method });
      const sts = { authId: "STS.NTuC9", secret: "s3cr3t/+=", securityToken: "CAIS+/=token" };
      await Subscriber.connect(endpoint, { signMethod: method, ...sts });
      assert.equal(simulator.subscription.state().groups[0]?.connections.length, 2);
    });
  }

  for (const timestamp of [1573489088171, 0, 417, Date.now() + 86_400_000, "2524608000000"]) {
    it(`takes the timestamp ${timestamp}, as the platform takes those of the vendor's samples`, async () => {
      await start();
      await Subscriber.connect(endpoint, { timestamp });
    });
  }

  for (const signMethod of ["Hmacsha1", "HmacSHA1", "HMACMD5", "HmacSha256"]) {
    it(`accepts ${signMethod} in any case`, async () => {
      await start();
      const { username } = credentials({ signMethod, timestamp: 5 });
      const { password } = credentials({ signMethod: signMethod.toLowerCase(), timestamp: 5 });
      await Subscriber.connect(endpoint, {}, { username, password });
      await assert.rejects(
        Subscriber.connect(endpoint, {}, { username, password: `${password}x` }),
        unauthorized,
      );
    });
  }

  it("accepts the pairs in any order, and the vector itself at its time", async () => {
    await start({}, { now: () => 1573489088171 });
    const username =
      "me|consumerGroupId=DEFAULT_GROUP,timestamp=1573489088171,authId=testid,signMethod=hmacmd5,authMode=aksign|";
    await Subscriber.connect(endpoint, {}, { username, password: "I/Tb6mPPa1CH7tc+1vO7lQ==" });
  });

  const refused: [string, Key & { username?: string }, RegExp][] = [
    ["a wrong secret", { secret: "wrong" }, /the password does not match/],
    ["an unknown key", { authId: "nobody" }, /there is no such authId/],
    ["a disabled key", { authId: "asleep", secret: "asleep" }, /the access key is disabled/],
    [
      "an expired token",
      { authId: "STS.old", secret: "oldsecret", securityToken: "old/token" },
      /the securityToken is expired/,
    ],
    [
      "a temporary key with a foreign token",
      { authId: "STS.NTuC9", secret: "s3cr3t/+=", securityToken: "x" },
      /the securityToken is wrong/,
    ],
    [
      "a temporary key without its token",
      { authId: "STS.NTuC9", secret: "s3cr3t/+=" },
      /needs authMode ststoken/,
    ],
    ["a token with a lasting key", { securityToken: "x" }, /ststoken needs a temporary key/],
    ["an unknown group", { consumerGroupId: "nobody" }, /no such consumer group/],
    ["an instance that it has not", { iotInstanceId: "iot-1" }, /this instance has no id/],
    ["a timestamp that is none", { timestamp: "now" }, /the timestamp must be milliseconds/],
    ["no client id", { clientId: "" }, /the clientId must have/],
    ["a client id of 65 characters", { clientId: "x".repeat(65) }, /the clientId must have/],
    ["a user name that is none", { username: "testid" }, /the username must be/],
    ["a pair twice", { username: "me|authId=testid,authId=testid|" }, /the username must be/],
    ["no pairs", { username: "me||" }, /the username must be/],
  ];
  for (const [what, key, reason] of refused) {
    it(`${what} is refused, and only the log says why`, async () => {
      await start();
      const options = key.username === undefined ? {} : { username: key.username };
      await assert.rejects(Subscriber.connect(endpoint, key, options), unauthorized);
      assert.match(lines.join("\n"), reason);
      const { password } = credentials(key);
      assert.ok(!lines.join("\n").includes(password));
    });
  }

  it("a RAM policy that denies iot:sub is refused", async () => {
    await start({ accessKeys: [{ accessKeyId: "testid", accessKeySecret: "testsecret", deny: ["sub"] }] });
    await assert.rejects(Subscriber.connect(endpoint), unauthorized);
    assert.match(lines.join("\n"), /does not allow iot:sub/);
  });

  it("an instance with an id requires it, and further groups can be named", async () => {
    await start({ instanceId: "iot-060a0abc", consumerGroups: ["mine"] });
    await assert.rejects(Subscriber.connect(endpoint), unauthorized);
    await Subscriber.connect(endpoint, { iotInstanceId: "iot-060a0abc", consumerGroupId: "mine" });
    assert.deepEqual(
      simulator.subscription
        .state()
        .groups.map(({ consumerGroupId, connections }) => [
          consumerGroupId,
          connections.map(({ clientId }) => clientId),
        ]),
      [
        ["DEFAULT_GROUP", []],
        ["mine", ["tester"]],
      ],
    );
  });

  it("counts the attempts, and refuses the 101st in a minute", async () => {
    await start();
    for (let attempt = 1; attempt <= 100; attempt += 1) {
      const wrong = Subscriber.connect(endpoint, { secret: "wrong" });
      await assert.rejects(wrong, unauthorized);
    }
    assert.equal(simulator.subscription.state().groups[0]?.attempts, 100);
    await assert.rejects(Subscriber.connect(endpoint), unauthorized);
    assert.match(lines.at(-1) ?? "", /more than 100 connection attempts a minute/);
  });
});
