import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { contentToSign, readDeviceLogin } from "../../../lib/simulator/mqtt/login";
import { mayPublish, maySubscribe } from "../../../lib/simulator/mqtt/topics";

describe("the login of a device", () => {
  const vectors = {
    hmacsha1: "FAFD82A3D602B37FB0FA8B7892F24A477F851A14",
    hmacmd5: "14b198324fe55e1d3c88f2e705e201ee",
    hmacsha256: "6074a46a91b1ebb2cc4ea42790ad0e80202c9843859fc292e57c4eb19fad9e57",
  };
  for (const [method, password] of Object.entries(vectors)) {
    it(`${method} of the documented vectors`, () => {
      const clientId = `12345|securemode=2,signmethod=${method},timestamp=789|`;
      const login = readDeviceLogin(clientId, "device&pk", password);
      assert.ok(typeof login === "object");
      assert.deepEqual([login.productKey, login.deviceName], ["pk", "device"]);
      assert.ok(login.verify("secret"));
      assert.ok(!login.verify("Secret"));
    });
  }

  it("the content that is signed is the documented one", () => {
    assert.equal(
      contentToSign("12345", "device", "pk", "789"),
      "clientId12345deviceNamedeviceproductKeypktimestamp789",
    );
  });

  it("a login without a timestamp signs none", () => {
    const password = createHmac("sha1", "secret").update("clientIdmedeviceNamedproductKeyp").digest("hex");
    const login = readDeviceLogin("me|securemode=3,signmethod=hmacsha1,lan=C,_v=1|", "d&p", password);
    assert.ok(typeof login === "object" && login.verify("secret"));
  });

  for (const [ext, isExtended] of [
    ["", false],
    [",ext=0", false],
    [",ext=1", true],
    [",ext=2", false],
    [",ext=3", true],
    [",ext=x", false],
  ] as const) {
    it(`"${ext}" ${isExtended ? "moves" : "does not move"} synchronous services to /ext/rrpc`, () => {
      const login = readDeviceLogin(`me|securemode=3,signmethod=hmacsha1${ext}|`, "d&p", "");
      assert.ok(typeof login === "object");
      assert.equal(login.usesExtendedRrpc, isExtended);
    });
  }

  const wrong: [string, string, RegExp][] = [
    ["me", "d&p", /client id/],
    ["|securemode=3,signmethod=hmacsha1|", "d&p", /client id/],
    [`${"x".repeat(65)}|securemode=3,signmethod=hmacsha1|`, "d&p", /client id/],
    ["me|securemode=3,signmethod=hmacsha1|", "d", /username/],
    ["me|securemode=3,signmethod=hmacsha1|", "d&p&x", /username/],
    ["me|securemode=1,signmethod=hmacsha1|", "d&p", /securemode/],
    ["me|securemode=3,signmethod=sha1|", "d&p", /signmethod/],
    ["me|securemode=3|", "d&p", /signmethod/],
  ];
  for (const [clientId, username, reason] of wrong) {
    it(`${clientId.slice(0, 40)} with ${username} is rejected`, () => {
      const login = readDeviceLogin(clientId, username, "");
      assert.ok(typeof login === "string" && reason.test(login));
    });
  }
});

describe("the topics of a device", () => {
  const owner = { productKey: "pk", deviceName: "dn" };

  it("are its own", () => {
    for (const topic of [
      "/sys/pk/dn/thing/event/property/post",
      "/pk/dn/user/a",
      "/ext/rrpc/7/sys/pk/dn/thing/service/x",
    ]) {
      assert.ok(mayPublish(topic, owner), topic);
      assert.ok(maySubscribe(topic, owner), topic);
    }
    for (const filter of ["/ext/rrpc/+/sys/pk/dn/thing/service/+", "/sys/pk/dn/#", "/broadcast/pk/+"]) {
      assert.ok(maySubscribe(filter, owner), filter);
    }
  });

  it("belong to it alone", () => {
    for (const topic of [
      "#",
      "+",
      "/sys/+/dn/x",
      "/sys/pk/+/x",
      "/sys/pk/other/x",
      "/sys/pk/dn2/x",
      "$SYS/#",
      "/ext/rrpc/+/#",
      "/ext/rrpc/7/ext/rrpc/7/sys/pk/dn/x",
      "/pk/dn",
    ]) {
      assert.ok(!mayPublish(topic, owner), topic);
      assert.ok(!maySubscribe(topic, owner), topic);
    }
    assert.ok(!mayPublish("/sys/pk/dn/+", owner));
    assert.ok(!mayPublish("/broadcast/pk/x", owner));
  });
});
