import assert from "node:assert/strict";
import * as fc from "fast-check";
import { isServiceIdentifier } from "../../lib/base/identifiers";
import { numberBounds, readBounded } from "../../lib/base/number-bounds";
import { endpointOf, isEndpoint } from "../../lib/cloud/regions";
import { readService } from "../../lib/invocation/inputs";
import { amqpAddressOf, isAmqpEndpoint } from "../../lib/subscription/endpoint";
import { readNumber } from "../../nodes/common/settings";

/** Whether something goes through without an error. */
function isTaken(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

const hosts = fc.constantFrom(
  "localhost",
  "127.0.0.1",
  "127.9.9.9",
  "[::1]",
  "iot.cn-shanghai.aliyuncs.com",
  "",
);
const addresses = fc.oneof(
  fc.string(),
  fc
    .tuple(
      fc.constantFrom("", "http://", "https://", "HTTPS://", "amqp://", "amqps://"),
      hosts,
      fc.constantFrom("", ":0", ":5671", ":99999"),
      fc.constantFrom("", "/", "/x", "?x", "#x"),
    )
    .map((parts) => parts.join("")),
);

describe("the dialog accepts exactly what the runtime accepts", () => {
  it("endpoints", () => {
    fc.assert(
      fc.property(addresses, (text) => {
        fc.pre(text.trim() !== "");
        assert.equal(
          isEndpoint(text),
          isTaken(() => endpointOf("", text)),
          text,
        );
      }),
    );
  });

  it("hosts of messages", () => {
    fc.assert(
      fc.property(addresses, (endpoint) => {
        fc.pre(endpoint.trim() !== "");
        const settings = { endpoint, uid: "", regionId: "", instanceId: "" };
        assert.equal(
          isAmqpEndpoint(endpoint),
          isTaken(() => amqpAddressOf(settings)),
          endpoint,
        );
      }),
    );
  });

  it("numbers", () => {
    const values = fc.oneof(
      fc.double(),
      fc.integer({ min: -2, max: 1_100_000 }),
      fc.integer({ min: -2, max: 90_000 }).map(String),
      fc.constantFrom("", " ", "1e3", "0x10", "soon", null, undefined, true, "0.001", "0.0009"),
    );
    for (const bounds of Object.values(numberBounds)) {
      fc.assert(
        fc.property(values, (value) => {
          const isSound = readBounded(value, bounds) !== undefined;
          assert.equal(
            isSound,
            isTaken(() => readNumber(value, "errors.field-rate", bounds)),
          );
        }),
      );
    }
  });

  it("identifiers of services", () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[\w:-]{1,12}$/));
    fc.assert(
      fc.property(texts, (text) => {
        fc.pre(text.trim() !== "");
        const isSound = isServiceIdentifier(text.trim());
        assert.equal(
          isSound,
          isTaken(() => readService({ value: text, source: "" })),
          text,
        );
      }),
    );
  });
});
