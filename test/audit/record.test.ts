import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { lineOf } from "../../lib/audit/line";
import { outcomeRecord, RecordMaker, userOf } from "../../lib/audit/record";
import { unicode } from "../support/unicode";
import { command, origin, sendingOf } from "./support";

/** What readers of lines take for the end of one, in any language. */
const lineEnds = ["\n", "\r", "\v", "\f", "\u001c", "\u001d", "\u001e", "\u0085", "\u2028", "\u2029"];

const sha256 = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** Plain and hostile texts: control characters, half a pair, ends of lines, text that runs backwards. */
const anyText = fc.oneof(
  unicode({ maxLength: 300 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom("\n", "\r", "\u2028", "\u0085", "\ud83d", "\udc00", "\u202e", "\0", '"', "\\"),
      ),
      {
        maxLength: 50,
      },
    )
    .map((parts) => parts.join("")),
);

describe("the record of a command", () => {
  it("names user and command, before and after the call", () => {
    const maker = new RecordMaker("full");
    const sending = maker.sending(origin, { ...command, user: "li.wei" });
    const { time, id, ...rest } = sending;
    assert.equal(new Date(time).toISOString(), time);
    const common = {
      account: { id: "a1b2", name: "Plant 1" },
      node: { id: "c3d4", type: "aliyun-iot-invoke-service", name: "Open valve" },
      flow: "e5f6",
      user: "li.wei",
      operation: "invoke-service",
      device: { productKey: "a1Gv8pLmXt2", deviceName: "valve-1" },
      identifiers: ["Open"],
    };
    assert.deepEqual(rest, { event: "sending", ...common, args: '{"Level":5}' });
    const end = { outcome: "refused", code: 6250, requestId: "R-1", attempts: 2, durationMs: 31 } as const;
    const { time: endedAt, ...ended } = outcomeRecord(sending, end);
    assert.ok(endedAt >= time);
    assert.deepEqual(ended, { event: "outcome", id, ...common, ...end, code: "6250" });
  });

  it("names a device by its IotId if the message did", () => {
    const { device } = new RecordMaker("full").sending(origin, {
      ...command,
      target: { iotId: "Q7uOhVRdZRRlDnTLv00" },
    });
    assert.deepEqual(device, { iotId: "Q7uOhVRdZRRlDnTLv00" });
  });

  it("has an id of its own, also after a restart", () => {
    const made = [new RecordMaker("full"), new RecordMaker("full")].flatMap((maker) =>
      Array.from({ length: 1000 }, () => maker.sending(origin, command).id),
    );
    assert.equal(new Set(made).size, 2000);
  });

  it("contains a hash instead of the args if the account is set so", () => {
    fc.assert(
      fc.property(anyText, (args) => {
        const record = new RecordMaker("hash").sending(origin, { ...command, args });
        assert.equal(record.argsHash, sha256(args));
        assert.equal(record.args, undefined);
      }),
    );
  });

  it("has the first 64 KB of longer args, their hash and their length", () => {
    const long = fc.tuple(fc.integer({ min: 21_000, max: 70_000 }), fc.constantFrom("x", "é", "阀", "🔧"));
    fc.assert(
      fc.property(long, fc.constantFrom("", "x", "xy", "xyz"), ([length, character], before) => {
        const args = before + character.repeat(length);
        const record = sendingOf(args);
        const bytes = Buffer.byteLength(args);
        if (bytes <= 65_536) return assert.deepEqual([record.args, record.argsHash], [args, undefined]);
        assert.ok(args.startsWith(record.args!));
        const kept = Buffer.byteLength(record.args!);
        assert.ok(kept <= 65_536 && kept > 65_536 - 4, String(kept));
        assert.deepEqual([record.argsHash, record.argsBytes], [sha256(args), bytes]);
      }),
      { numRuns: 50 },
    );
  });

  it("is one line of JSON, whatever the texts are", () => {
    fc.assert(
      fc.property(anyText, anyText, fc.array(anyText, { maxLength: 3 }), (name, args, identifiers) => {
        const hostile = {
          account: { id: name, name },
          node: { id: name, type: name, name },
          flow: name,
        };
        const device = { productKey: name, deviceName: name };
        const record = new RecordMaker("full").sending(hostile, {
          operation: name,
          target: device,
          identifiers,
          args,
          user: userOf(name),
        });
        for (const each of [
          record,
          outcomeRecord(record, { outcome: "done", code: name, attempts: 1, durationMs: 1 }),
        ]) {
          const line = lineOf(each);
          assert.ok(line.endsWith("\n"));
          const text = line.slice(0, -1);
          assert.ok(!lineEnds.some((end) => text.includes(end)));
          assert.ok(text.isWellFormed());
          assert.ok(!/[\p{Cc}\u202a-\u202e]/u.test(text));
          assert.deepEqual(JSON.parse(text), each);
        }
      }),
    );
  });

  it("stays short, however long names and lists are", () => {
    const long = "x".repeat(1_000_000);
    const endless = {
      account: { id: long, name: long },
      node: { id: long, type: long, name: long },
      flow: long,
    };
    const identifiers = Array.from({ length: 100_000 }, () => "property:Level");
    const record = new RecordMaker("full").sending(endless, {
      ...command,
      target: { iotId: long },
      identifiers,
      user: userOf(long),
    });
    assert.ok(lineOf(record).length < 20_000);
    assert.equal(record.identifiers.length + record.identifiersLeftOut!, 100_000);
  });

  it("holds no secret that stands beside what it names", () => {
    const secret = "LTAI-very-secret";
    const withSecret = <Value extends object>(value: Value): Value => Object.assign(value, { token: secret });
    const account = { id: "a", name: "A", credentials: { accessKeySecret: secret }, accessKeySecret: secret };
    const node = { id: "n", type: "t", name: "N", password: secret };
    const target = { productKey: "p", deviceName: "d", deviceSecret: secret };
    const record = new RecordMaker("full").sending(
      withSecret({ account, node, flow: "f" }),
      withSecret({
        ...command,
        target,
        user: userOf({ username: "li.wei", password: secret, token: secret }),
      }),
    );
    const ended = outcomeRecord(record, withSecret({ outcome: "done", attempts: 1, durationMs: 1 }));
    assert.ok(!lineOf(record).includes(secret));
    assert.ok(!lineOf(ended).includes(secret));
  });
});

describe("the user of a message", () => {
  it("is the name that the login left there", () => {
    const known: [user: unknown, name: string | undefined][] = [
      ["li.wei", "li.wei"],
      [{ username: "li.wei", permissions: "*" }, "li.wei"],
      [{ preferred_username: "li.wei", sub: "8f3a" }, "li.wei"],
      [{ email: "li.wei@example.com", id: 7 }, "li.wei@example.com"],
      [{ id: 7 }, "7"],
      [{ username: "", name: "Li Wei" }, "Li Wei"],
      [{ anonymous: true }, undefined],
      [{ username: { first: "Li" } }, undefined],
      [undefined, undefined],
      [null, undefined],
      [true, undefined],
    ];
    for (const [user, name] of known) assert.equal(userOf(user), name);
  });

  it("is left out if it cannot be determined", () => {
    const thrower = Object.defineProperty({}, "username", {
      get() {
        throw new Error("no");
      },
    });
    assert.equal(userOf(thrower), undefined);
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.equal(userOf(proxy), undefined);
  });
});
