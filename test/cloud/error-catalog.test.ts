import assert from "node:assert/strict";
import { classify, errorCatalog } from "../../lib/cloud/error-catalog";

describe("error catalog", () => {
  const cases: [string, string, string, boolean][] = [
    ["InvalidAccessKeyId.NotFound", "credentials", "refused", false],
    ["invalidaccesskeyid.inactive", "credentials", "refused", false],
    ["SIGNATUREDOESNOTMATCH", "credentials", "refused", false],
    ["InvalidTimeStamp.Expired", "credentials", "refused", true],
    ["InvalidTimeStamp.Format", "credentials", "refused", false],
    ["InvalidSecurityToken.Expired", "credentials", "refused", true],
    ["InvalidSecurityToken.Malformed", "credentials", "refused", false],
    ["InvalidParameter", "input", "refused", false],
    ["MissingAction", "input", "refused", false],
    ["InvalidAction.NotFound", "platform", "refused", false],
    ["Forbidden.RAM", "permission", "refused", false],
    ["Throttling", "throttled", "refused", true],
    ["Throttling.Api", "throttled", "refused", true],
    ["ServiceUnavailable", "platform", "unknown", false],
    ["SignatureNonceUsed", "platform", "unknown", false],
    ["Iot.system.BillIsOverDue", "permission", "refused", false],
    ["iot.Sre.IotInstanceNotFound", "not-found", "refused", false],
    ["iot.prod.QueryProductAbilityFailed", "not-found", "refused", false],
    ["iot.group.NotExistedGroup", "not-found", "refused", false],
    ["iot.group.Whatever", "input", "refused", false],
    ["iot.messagebroker.OFFLINE", "offline", "refused", false],
    ["iot.messagebroker.HALFCONN", "offline", "unknown", false],
    ["iot.messagebroker.TIMEOUT", "timeout", "unknown", false],
    ["iot.messagebroker.RrpcException", "platform", "unknown", false],
    ["iot.messagebroker.RateLimit", "throttled", "refused", true],
    ["9201", "offline", "refused", false],
    ["6306", "input", "refused", false],
    ["460", "device", "failed", false],
    ["100000", "device", "failed", false],
    ["110000", "device", "failed", false],
    ["110001", "platform", "unknown", false],
    ["iot.messageborker.Whatever", "platform", "unknown", false],
    ["", "platform", "unknown", false],
  ];
  for (const [code, category, outcome, retryable] of cases) {
    it(`reads ${code || "no code at all"} as ${category}, ${outcome}`, () => {
      const classification = classify(code);
      assert.deepEqual(
        [classification.category, classification.outcome, classification.retryable],
        [category, outcome, retryable],
      );
    });
  }

  it("lists no code twice", () => {
    const codes = errorCatalog.map(({ code }) => code.toLowerCase());
    assert.deepEqual(codes, [...new Set(codes)]);
  });

  it("marks no code with an unknown outcome as retryable", () => {
    for (const entry of errorCatalog)
      assert.ok(!(entry.retryable && entry.outcome !== "refused"), entry.code);
  });
});
