import assert from "node:assert/strict";
import { transportFailure } from "../../lib/cloud/call-failure";
import { TransportError } from "../../lib/cloud/transport";

describe("why a connection failed", () => {
  const cases: [string, string][] = [
    ["ENOTFOUND", "dns"],
    ["EAI_AGAIN", "dns"],
    ["EAI_FAIL", "dns"],
    ["ECONNREFUSED", "network"],
    ["EHOSTUNREACH", "network"],
    ["ENETUNREACH", "network"],
    ["ETIMEDOUT", "network"],
    ["UND_ERR_CONNECT_TIMEOUT", "network"],
    ["ECONNRESET", "network"],
    ["", "network"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "tls"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "tls"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
    ["CERT_HAS_EXPIRED", "tls"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls"],
    ["EPROTO", "tls"],
    ["CERT_NOT_YET_VALID", "clock"],
    ["PROXY_407", "proxy-login"],
    ["PROXY_403", "proxy"],
    ["PROXY_502", "proxy"],
    ["PROXY_CLOSED", "proxy"],
  ];
  for (const [code, hint] of cases) {
    it(`${code || "no code"}: not sent, safe to repeat, with the advice for ${hint}`, () => {
      const failure = transportFailure(new TransportError("connect", false, code), "iot.example", false);
      assert.deepEqual(
        [failure.code, failure.category, failure.outcome, failure.retryable, failure.hint],
        ["connection-failed", "network", "not-sent", true, `hints.${hint}`],
      );
    });
  }

  it("the same codes after a byte has left are unknown, and not safe to repeat", () => {
    for (const [code] of cases) {
      const failure = transportFailure(new TransportError("lost", true, code), "iot.example", false);
      assert.deepEqual(
        [failure.code, failure.outcome, failure.retryable],
        ["connection-lost", "unknown", false],
      );
    }
  });
});
