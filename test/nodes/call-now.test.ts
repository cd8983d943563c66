import assert from "node:assert/strict";
import { type Node, type NodeAPI, util } from "node-red";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import type { CallForm } from "../../nodes/admin/call-form";
import { sourcesOf } from "../../nodes/admin/call-questions";
import type { UsableAccount } from "../../nodes/common/account-node";
import { subscriptionType } from "../../nodes/common/subscription-node";
import { invokeSettings } from "../../nodes/defaults/invoke-service";
import { callNow } from "../../nodes/invoke-service/call-now";

const never = new Promise<never>(() => undefined);
/** The longest that a call of a dialog may take. */
const limitMs = 180_000;

describe("a call from the dialog", () => {
  let clock: SinonFakeTimers;
  let left = 0;

  beforeEach(() => {
    left = 0;
    clock = useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  });

  afterEach(() => clock.restore());

  /** A call with these settings, in a runtime in which nothing ever answers. */
  function call(settings: object): ReturnType<typeof callNow> {
    const subscription = {
      type: subscriptionType,
      account: "account",
      open: () => never,
      join: () => () => void left++,
    };
    const RED = {
      _: (text: string) => text,
      settings: {},
      nodes: { getNode: () => subscription },
      util: { generateId: () => "1", evaluateNodeProperty: () => undefined },
    } as unknown as NodeAPI;
    const fixed = {
      productKey: "a1BwAGV0001",
      deviceName: "light01",
      service: "FadeTo",
      args: "{}",
      argsType: "json",
    };
    return callNow(RED, {
      account: {} as UsableAccount,
      node: { id: "invoke", error: () => undefined } as unknown as Node,
      settings: invokeSettings({ account: "account", ...fixed, ...settings }),
      origin: { node: { id: "invoke", type: "invoke" } },
      warn: () => undefined,
    });
  }

  const stuck: [what: string, settings: object, users: number][] = [
    ["a context store", { deviceNameType: "flow" }, 0],
    ["a parameter", { argsType: "form", args: '{"Level":{"type":"global","value":"level"}}' }, 0],
    ["a subscription", { awaitReply: true, subscription: "subscription" }, 1],
  ];
  for (const [what, settings, users] of stuck) {
    it(`ends in time where ${what} never answers, and leaves nothing behind`, async () => {
      const calling = call(settings);
      await clock.tickAsync(limitMs);
      const settled = await Promise.race([calling, Promise.resolve(undefined)]);
      assert.ok(settled, "still waiting");
      assert.ok(!settled.ok);
      assert.deepEqual([settled.failure.code, settled.failure.outcome], ["closed", "not-sent"]);
      assert.equal(left, users);
      assert.equal(clock.countTimers(), 0);
    });
  }
});

describe("an expression of the deployed node", () => {
  const RED = { util } as unknown as NodeAPI;
  const node = {} as Node;

  /** Whether a call without a message asks for the value. */
  function isAsked(value: string): boolean {
    const args = JSON.stringify({ Level: { type: "jsonata", value } });
    const settings = invokeSettings({
      productKey: "p",
      deviceName: "d",
      service: "s",
      args,
      argsType: "form",
    });
    const form = { settings } as CallForm;
    return sourcesOf(RED, form, { node, settings }).questions.length > 0;
  }

  it("is asked for where it takes anything from the message, also without naming it", () => {
    for (const expression of [
      "payload",
      "payload.a + 1",
      "$.payload",
      "$$.payload",
      "*",
      "**",
      '$eval("payload")',
      "$string()",
      "$keys()",
      "$map([1], function($v) { $v + payload })",
    ]) {
      assert.ok(isAsked(expression), expression);
    }
  });

  it("is evaluated where it does not", () => {
    for (const expression of [
      "1 + 1",
      '$env("LEVEL")',
      '$flowContext("level") * 2',
      "$now()",
      "$millis()",
      "$random()",
      "$map([1], function($v) { $v + 1 })",
      '$string($globalContext("level"))',
    ]) {
      assert.ok(!isAsked(expression), expression);
    }
  });
});
