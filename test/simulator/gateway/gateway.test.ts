import assert from "node:assert/strict";
import { Simulator } from "../../../lib/simulator/simulator";
import { homeDefinition, open } from "../fixture";
import { acs3, assertFailed, assertRefused, assertSucceeded, type Reply, rpc, rpcQuery, send } from "../wire";

const minute = 60_000;
const action = "InvokeThingService";

describe("the simulator's gateway", () => {
  let simulator: Simulator;
  let clock = Date.now();
  beforeEach(async () => {
    clock = Date.now();
    simulator = await Simulator.start({ definition: homeDefinition(), now: () => clock });
  });
  afterEach(() => simulator.close());

  const styles = { V1: rpc, V3: acs3 };
  for (const [style, call] of Object.entries(styles)) {
    describe(style, () => {
      it("accepts POST and GET", async () => {
        assertSucceeded(await call(simulator, action, open()));
        assertSucceeded(await call(simulator, action, open(), { method: "GET" }));
      });

      it("refuses an unknown key, a disabled key and a wrong secret, each by its code", async () => {
        const unknown = await call(simulator, action, open(), { accessKeyId: "nobody" });
        assertRefused(unknown, 404, "InvalidAccessKeyId.NotFound");
        const inactive = await call(simulator, action, open(), { accessKeyId: "asleep", secret: "asleep" });
        assertRefused(inactive, 400, "InvalidAccessKeyId.Inactive");
        const wrong = await call(simulator, action, open(), { secret: "guessed" });
        assertRefused(wrong, 400, "SignatureDoesNotMatch");
        assert.match(wrong.json.Message ?? "", /server string to sign is:(POST&%2F&|ACS3-HMAC-SHA256\n)/);
        assert.equal(simulator.executions.length, 0);
      });

      it("refuses a nonce that this key used before, and takes it again after 15 minutes", async () => {
        assertSucceeded(await call(simulator, action, open(), { nonce: "n-1" }));
        assertRefused(await call(simulator, action, open(), { nonce: "n-1" }), 400, "SignatureNonceUsed");
        assert.equal(simulator.executions.length, 1);
        clock += 15 * minute + 1;
        assertSucceeded(await call(simulator, action, open(), { nonce: "n-1", at: clock }));
      });

      it("does not let a request with a wrong signature use up a nonce", async () => {
        await call(simulator, action, open(), { nonce: "n-2", secret: "guessed" });
        assertSucceeded(await call(simulator, action, open(), { nonce: "n-2" }));
      });

      it("refuses a clock that is more than 15 minutes off, and tells its own in Date", async () => {
        for (const at of [clock - 16 * minute, clock + 16 * minute]) {
          const reply = await call(simulator, action, open(), { at });
          assertRefused(reply, 400, "InvalidTimeStamp.Expired");
          assert.equal(reply.headers.date, new Date(clock).toUTCString());
        }
        assertSucceeded(await call(simulator, action, open(), { at: clock - 14 * minute }));
      });

      it("refuses a timestamp of another form", async () => {
        const name = style === "V1" ? "Timestamp" : "x-acs-date";
        for (const text of ["2026-11-22T21:33:18.123Z", "1795383198", "2026-13-45T99:99:99Z", "yesterday"]) {
          const reply = await call(simulator, action, open(), { also: { [name]: text } });
          assertRefused(reply, 400, "InvalidTimeStamp.Format");
        }
      });

      it("accepts a temporary key only with its token", async () => {
        const sts = { accessKeyId: "STS.NTuC9", secret: "s3cr3t/+=" };
        assertSucceeded(await call(simulator, action, open(), { ...sts, token: "CAIS+/=token" }));
        assertRefused(await call(simulator, action, open(), sts), 400, "MissingSecurityToken");
        const other = await call(simulator, action, open(), { ...sts, token: "other" });
        assertRefused(other, 400, "InvalidSecurityToken.Malformed");
        const mismatch = await call(simulator, action, open(), { token: "CAIS+/=token" });
        assertRefused(mismatch, 400, "InvalidSecurityToken.MismatchWithAccessKey");
        const old = { accessKeyId: "STS.old", secret: "oldsecret", token: "old/token" };
        assertRefused(await call(simulator, action, open(), old), 400, "InvalidSecurityToken.Expired");
      });

      it("refuses a denied action and says which", async () => {
        const reply = await call(simulator, "QueryDevice", { ProductKey: "a1House00001" });
        assertRefused(reply, 403, "Forbidden.RAM");
        const detail = reply.json.AccessDeniedDetail as Record<string, string>;
        assert.equal(detail.AuthAction, "iot:QueryDevice");
      });

      it("refuses an unknown action and another version", async () => {
        assertRefused(await call(simulator, "DeleteProduct", {}), 404, "InvalidAction.NotFound");
        const version = style === "V1" ? "Version" : "x-acs-version";
        const reply = await call(simulator, action, open(), { also: { [version]: "2017-04-20" } });
        assertRefused(reply, 400, "InvalidVersion");
      });

      it("names the parameter that is missing", async () => {
        const { Identifier: _, ...rest } = open();
        assertRefused(await call(simulator, action, rest), 400, "MissingIdentifier");
        assertRefused(await call(simulator, action, { ...open(), Args: "" }), 400, "MissingArgs");
        assertRefused(
          await call(simulator, "QueryProductList", { CurrentPage: "1" }),
          400,
          "MissingPageSize",
        );
      });

      it("refuses another HTTP method", async () => {
        assertRefused(await call(simulator, action, open(), { method: "PUT" }), 405, "UnsupportedHTTPMethod");
      });
    });
  }

  it("V1: parameters may stand in a POST's query as well", async () => {
    assertSucceeded(await rpc(simulator, action, open(), { body: false }));
  });

  it("V1: names what a signature lacks", async () => {
    const without = (name: string): Promise<Reply> =>
      rpc(simulator, action, open(), { also: { [name]: undefined } });
    for (const name of ["AccessKeyId", "Timestamp", "SignatureNonce", "Action", "Version"]) {
      assertRefused(await without(name), 400, `Missing${name}`);
    }
    for (const name of ["SignatureMethod", "SignatureVersion"]) {
      assertRefused(await without(name), 400, "IncompleteSignature");
    }
    const unknown = await rpc(simulator, action, open(), { also: { SignatureMethod: "HMAC-MD5" } });
    assertRefused(unknown, 400, "IncompleteSignature");
  });

  it("V1: refuses a parameter that comes twice", async () => {
    const query = rpcQuery(simulator, action, open(), { method: "GET" });
    const reply = await send(simulator, "GET", `/?${query}&DeviceName=garage`);
    assertRefused(reply, 400, "InvalidParameter");
    assert.equal(simulator.executions.length, 0);
  });

  it("V3: every header that matters must be signed", async () => {
    const names = ["action", "version", "date", "signature-nonce", "content-sha256"].map(
      (name) => `x-acs-${name}`,
    );
    for (const name of ["host", ...names]) {
      assertRefused(await acs3(simulator, action, open(), { unsigned: [name] }), 400, "IncompleteSignature");
    }
    const sts = { accessKeyId: "STS.NTuC9", secret: "s3cr3t/+=", token: "CAIS+/=token" };
    const reply = await acs3(simulator, action, open(), { ...sts, unsigned: ["x-acs-security-token"] });
    assertRefused(reply, 400, "IncompleteSignature");
  });

  it("V3: reads a signed form body, and refuses one that is not what was signed", async () => {
    const contentType = "application/x-www-form-urlencoded";
    const body = new URLSearchParams(open()).toString();
    assertSucceeded(await acs3(simulator, action, {}, { body, contentType }));
    const reply = await acs3(simulator, action, {}, { body, contentType, hash: "0".repeat(64) });
    assertRefused(reply, 400, "SignatureDoesNotMatch");
    assert.match(reply.json.Message ?? "", /is not the hash of the body/);
  });

  it("knows only the path /", async () => {
    assertRefused(
      await send(simulator, "POST", "/iot", { authorization: "ACS3-x", accept: "application/json" }),
      404,
      "InvalidAction.NotFound",
    );
  });

  it("an instance with an id must be named, one without must not", async () => {
    assertFailed(
      await rpc(simulator, action, { ...open(), IotInstanceId: "iot-060a0abc" }),
      "iot.system.InstanceNotFound",
    );
    const enterprise = await Simulator.start({
      definition: { ...homeDefinition(), instanceId: "iot-060a0abc" },
    });
    try {
      assertSucceeded(await rpc(enterprise, action, { ...open(), IotInstanceId: "iot-060a0abc" }));
      assertFailed(await rpc(enterprise, action, open()), "iot.system.InstanceNotFound");
      assertFailed(
        await rpc(enterprise, action, { ...open(), IotInstanceId: "iot-1" }),
        "iot.system.InstanceNotFound",
      );
      assert.equal(enterprise.executions.length, 1);
    } finally {
      await enterprise.close();
    }
  });
});
