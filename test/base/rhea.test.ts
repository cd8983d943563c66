import assert from "node:assert/strict";
import rhea = require("rhea");
import { missingIn, partsOf, type RheaPart, UnknownRhea } from "../../lib/base/rhea";
import { ownFailure } from "../../lib/subscription/connection-failure";
import { translate } from "../support/catalog";

/** Puts something else, or nothing, in the place of a member. */
function without(parts: Record<RheaPart, unknown>, member: string, value: unknown): void {
  const names = member.split(".");
  let holder = parts as Record<string, unknown>;
  for (const name of names.slice(0, -1)) holder = holder[name] as Record<string, unknown>;
  Object.defineProperty(holder, names.at(-1)!, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

describe("rhea", () => {
  it("is the version that the guards were written for", () => {
    assert.deepEqual(missingIn(partsOf(rhea)), []);
  });

  it("is rejected if a member that a guard relies on has another type", () => {
    const members = [
      "connection.amqp_transport.read",
      "connection.sasl_transport.transport.read",
      "connection.accept",
      "connection.eof",
      "connection.on_transfer",
      "connection.socket_ready",
      "session.on_transfer",
      "session._get_link",
      "session.outgoing.next_delivery_id",
      "receiver.on_flow",
      "receiver.credit",
    ];
    for (const member of members) {
      const parts = partsOf(rhea);
      without(parts, member, undefined);
      assert.deepEqual(missingIn(parts), [member]);
    }
  });

  it("is rejected if its members are altogether different", () => {
    for (const other of [{}, { create_container: () => ({}) }, { create_container: () => undefined }]) {
      const missing = missingIn(partsOf(other as unknown as typeof rhea));
      assert.ok(missing.includes("session.on_transfer"), missing.join());
    }
  });

  it("reports the rejection in one sentence, in the log and in the node's status", () => {
    const error = new UnknownRhea(["session.on_transfer"]);
    assert.match(error.message, /^The installed rhea lacks .*session\.on_transfer/);
    const failure = ownFailure({ host: "127.0.0.1", port: 5672, tls: undefined }, error);
    assert.equal(failure.code, "internal-error");
    const { key, params } = failure.text as { key: string; params: Record<string, string> };
    for (const language of ["en-US", "zh-CN"]) {
      const text = translate(language, `aliyun-iot-invoke-service.${key}`, params);
      assert.match(text, /rhea .*session\.on_transfer/);
    }
  });
});
