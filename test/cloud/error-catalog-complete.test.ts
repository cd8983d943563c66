import assert from "node:assert/strict";
import { Failure, type Outcome } from "../../lib/base/failure";
import { classify, classifyGateway, errorCatalog } from "../../lib/cloud/error-catalog";
import { mayRepeat } from "../../lib/invocation/retry";

/** Whether the command may have reached the device, and whether a call may be repeated by itself. */
type Row = [delivered: "no" | "maybe" | "yes", repeat: "never" | "by itself", ...codes: string[]];

/** docs/protocol.md, 4.1: every code in it, copied by hand, with a member of each family that is named by a pattern. */
const gateway: Row[] = [
  [
    "no",
    "never",
    "InvalidAccessKeyId.NotFound",
    "InvalidAccessKeyId.Inactive",
    "Forbidden.AccessKeyDisabled",
  ],
  ["no", "never", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidTimeStamp.Format"],
  ["no", "by itself", "InvalidTimeStamp.Expired", "IllegalTimestamp", "InvalidSecurityToken.Expired"],
  ["maybe", "never", "SignatureNonceUsed"],
  ["no", "never", "InvalidSecurityToken.Malformed", "InvalidSecurityToken.MismatchWithAccessKey"],
  ["no", "never", "MissingSecurityToken", "MissingParameter", "MissingAction", "MissingAccessKeyId"],
  ["no", "never", "InvalidParameter", "InvalidParameter.Args", "InvalidIdentifier"],
  ["no", "never", "InvalidVersion", "NoSuchVersion", "InvalidAction.NotFound", "InvalidApi.NotFound"],
  ["no", "never", "UnsupportedOperation", "InvalidProduct.NotFound", "InvalidRegion.NotFound"],
  ["no", "never", "UnsupportedHTTPMethod", "InvalidProtocol.NeedSsl", "ContentLengthDoesNotMatch"],
  ["no", "never", "Forbidden", "Forbidden.RAM", "NoPermission", "Forbidden.RiskControl"],
  ["no", "by itself", "Throttling", "Throttling.User", "Throttling.Api"],
  ["maybe", "never", "ServiceUnavailable", "InternalError", "UnknownError"],
];

/** docs/protocol.md, 4.2. */
const business: Row[] = [
  ["maybe", "never", "iot.system.SystemException"],
  [
    "no",
    "never",
    "iot.system.InstanceNotFound",
    "iot.Sre.IotInstanceNotFound",
    "iot.auth.IotInstanceNotFound",
  ],
  ["no", "never", "iot.auth.InvalidIotInstanceId", "iot.system.UidNotFound", "iot.system.IllegalRequest"],
  [
    "no",
    "never",
    "iot.system.InstanceIdSame",
    "Iot.system.BillIsOverDue",
    "iot.common.RamActionPermissionDeny",
  ],
  ["no", "never", "iot.common.AuthActionPermissionDeny", "iot.common.InvalidTenant"],
  ["no", "never", "iot.common.APINotSupportedInInstance", "iot.common.InvalidFormattedParameter"],
  ["no", "never", "iot.check.InvalidFormattedParameter", "iot.check.ParameterIsNotLessThanMax"],
  ["no", "never", "iot.common.InvalidPageParams"],
  [
    "no",
    "never",
    "iot.prod.NotExistedProduct",
    "iot.prod.NullProductKey",
    "iot.prod.InvalidFormattedProductkey",
  ],
  ["no", "never", "iot.Prod.NotProductOwner", "iot.prod.NotSeniorProduct"],
  ["no", "never", "iot.prod.QueryProductAbilityFailed", "iot.prod.QueryProductAbilitiesFailed"],
  ["no", "never", "iot.device.NotExistedDevice", "iot.device.NullDeviceName"],
  ["no", "never", "iot.device.InvalidFormattedDeviceName", "iot.device.InvalidIoTId"],
  ["no", "never", "iot.device.NoneDeviceNameElement", "iot.device.InactiveDevice"],
  // "probably no, not certain": what is not certain is unknown.
  ["maybe", "never", "iot.device.InvokeThingServiceFailed", "iot.device.SetDevicePropertyFailed"],
  ["no", "never", "iot.device.NoneDeviceProperties", "iot.device.TooManyDevicePropertiesPerTime"],
  ["no", "never", "iot.device.LongDevicePropertiesString", "iot.messagebroker.OFFLINE"],
  ["maybe", "never", "iot.messagebroker.HALFCONN", "iot.messagebroker.TIMEOUT"],
  ["no", "by itself", "iot.messagebroker.RateLimit"],
  ["maybe", "never", "iot.messagebroker.RrpcException", "iot.messagebroker.RrpcFailed"],
  ["maybe", "never", "iot.messagebroker.PublishMessageException", "iot.messagebroker.PublishMessageFailed"],
  ["no", "never", "iot.messagebroker.InvalidTimeoutValue", "iot.messagebroker.NullMessageContent"],
  ["no", "never", "iot.messagebroker.MessageContentIsNotBase64Encode", "iot.messagebroker.NullTopicName"],
  ["no", "never", "iot.messagebroker.InvalidFormattedTopicName", "iot.device.InvalidTimeBucket"],
  ["no", "never", "iot.common.QueryDeviceActionError", "iot.common.QueryProductActionError"],
  ["no", "never", "iot.common.QueryDevicePropertyActionError", "iot.device.QueryDeviceListActionError"],
  ["no", "never", "iot.device.QueryDeviceFailed", "iot.device.QueryDevicePropertyFailed"],
  ["no", "never", "iot.consumer.group.ConsumerGroupNotExist", "iot.consumer.group.InvalidConsumerGroupId"],
  ["no", "never", "iot.consumer.group.ConsumerGroupExceedLimit"],
  ["no", "never", "iot.device.InvalidFormattedDevicePropertyKey", "iot.device.NullDevicePropertyKey"],
  ["no", "never", "iot.device.InvalidFormattedDevicePropertiesString"],
  ["no", "never", "iot.device.DeleteDevicePropertyFailed", "iot.device.QueryDeviceServiceHistoryFailed"],
  ["no", "never", "iot.common.QueryProductCountActionError", "iot.group.Any", "iot.group.QueryAnyFailed"],
  ["no", "never", "iot.group.NotExistedGroup", "iot.group.QueryGroupInfoFailed"],
  ["no", "never", "iot.messagebroker.ShadowMessageIsNotJson", "iot.messagebroker.ShadowMessageLengthIsLarge"],
  ["no", "never", "iot.messagebroker.InvalidVersionValueInShadowMessage"],
  ["no", "never", "iot.messagebroker.NotFoundVersionOrNullVersionValue"],
  ["no", "never", "iot.messagebroker.NotFoundMethodInShadowMessage"],
  ["no", "never", "iot.messagebroker.MethodValueIsNotUpdate", "iot.messagebroker.NullShadowMessage"],
  ["no", "never", "iot.messagebroker.NotFoundStateInShadowMessage"],
  ["no", "never", "iot.messagebroker.NotFoundDesireInShadowMessage"],
  ["no", "never", "iot.messagebroker.DesireInfoInShadowMessageIsNotJson"],
  ["no", "never", "iot.messagebroker.DesireValueIsNullInShadowMessage"],
  ["no", "never", "iot.messagebroker.ElementKeyOrValueIsNullInDesire"],
  ["no", "never", "iot.messagebroker.NoneElementInDesire", "iot.messagebroker.TooManyElementInDesire"],
  ["no", "never", "iot.messagebroker.UpdateDeviceShadowMessageFailed"],
  ["no", "never", "iot.messagebroker.QueryDeviceShadowActionError"],
];

/** docs/protocol.md, 4.3 and 4.4. */
const numbers: Row[] = [
  ["maybe", "never", "400", "6205", "6207", "1901", "1902", "1950", "1904", "1905"],
  ["no", "never", "403", "9200", "9201", "6208", "6206", "6200", "6201", "1903", "9236"],
  ["no", "by itself", "429", "6452"],
  ["no", "never", "6300", "6302", "6304", "6306", "6307", "6322", "6308", "6309", "6310", "6311", "6312"],
  ["no", "never", "6324", "6325", "6328", "6332", "5159", "5160", "5161", "9324"],
  ["maybe", "never", "9600", "9601", "9602", "9650", "9651", "9652"],
  ["yes", "never", "460", "100000", "100001", "105000", "110000"],
];

const outcomes: Record<Row[0], Outcome> = { no: "refused", maybe: "unknown", yes: "failed" };

describe("error catalog, code by code as documented", () => {
  for (const [section, rows] of Object.entries({ "4.1": gateway, "4.2": business, "4.3 and 4.4": numbers })) {
    it(`${section}: each is listed, with the outcome that fits whether the command was delivered`, () => {
      for (const [delivered, repeat, ...codes] of rows) {
        for (const code of codes) {
          for (const spelled of [code, code.toLowerCase(), code.toUpperCase()]) {
            const classification = classify(spelled);
            assert.notEqual(classification.hint, "hints.unlisted", spelled);
            assert.equal(classification.outcome, outcomes[delivered], spelled);
            const failure = new Failure({ ...classification, code, text: code });
            assert.equal(mayRepeat(failure, "at-most-once"), repeat === "by itself", spelled);
          }
        }
      }
    });
  }

  it("has no entry that matches no documented code", () => {
    const codes = [...gateway, ...business, ...numbers].flatMap(([, , ...of]) =>
      of.map((code) => code.toLowerCase()),
    );
    for (const { code } of errorCatalog) {
      const start = code.toLowerCase().replace(/\*$/, "");
      const isMet = codes.some((known) => (code.endsWith("*") ? known.startsWith(start) : known === start));
      assert.ok(isMet, code);
    }
  });

  it("lets the longest prefix decide, whatever the order of the entries", () => {
    assert.equal(classify("InvalidAccessKeyId.Whatever").category, "credentials");
    assert.equal(classify("InvalidSecurityToken.Whatever").category, "credentials");
    assert.equal(classify("InvalidTimeStamp.Whatever").retryable, true);
    assert.equal(classify("InvalidTimeStamp.Format").retryable, false);
    assert.equal(classify("InvalidWhatever").category, "input");
    assert.equal(classify("Forbidden.Whatever").category, "permission");
    assert.equal(classify("iot.device.QueryWhatever").retryable, true);
    assert.equal(classify("iot.check.Whatever").category, "input");
    assert.equal(classify("iot.group.QueryWhatever").retryable, true);
    assert.equal(classify("iot.group.Whatever").retryable, false);
  });

  it("classifies an undocumented code as unknown, even if it resembles a documented one", () => {
    const odd = [
      "Throttlingx",
      "xThrottling",
      "99999",
      "100000 ",
      "1e5",
      "iot.",
      "iot",
      "*",
      "constructor",
      "__proto__",
      "toString",
    ];
    for (const code of odd) {
      assert.equal(classify(code).outcome, "unknown", code);
      assert.equal(classifyGateway(code, 400).outcome, "unknown", code);
      assert.equal(classify(code).retryable, false, code);
    }
  });
});
