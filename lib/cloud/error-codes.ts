import type { Category, Outcome } from "../base/failure";

/** What a code of the platform means for the command. */
export interface Classification {
  category: Category;
  outcome: Outcome;
  retryable: boolean;
  hint: string;
  /** The refusal may come from a thing model that has changed. */
  blamesThingModel?: true;
}

/** `code` as the platform documents it; a final `*` makes it a prefix. */
export interface Entry extends Classification {
  code: string;
}

function refused(category: Category, hint: string, ...codes: string[]): Entry[] {
  return codes.map((code) => ({ code, category, outcome: "refused", retryable: false, hint }));
}

/** The service or its args do not fit the thing model that the platform has now. */
function refusedByModel(category: Category, hint: string, ...codes: string[]): Entry[] {
  return refused(category, hint, ...codes).map((entry) => ({ ...entry, blamesThingModel: true }));
}

function refusedForNow(category: Category, hint: string, ...codes: string[]): Entry[] {
  return codes.map((code) => ({ code, category, outcome: "refused", retryable: true, hint }));
}

function unknown(category: Category, hint: string, ...codes: string[]): Entry[] {
  return codes.map((code) => ({ code, category, outcome: "unknown", retryable: false, hint }));
}

export function failed(...codes: string[]): Entry[] {
  return codes.map((code) => ({
    code,
    category: "device",
    outcome: "failed",
    retryable: false,
    hint: "hints.device",
  }));
}

/** Codes of the gateway: the command did not reach the platform unless said otherwise (docs/protocol.md, 4.1). */
const gateway: Entry[] = [
  ...refused("credentials", "hints.access-key-id", "InvalidAccessKeyId*"),
  ...refused(
    "credentials",
    "hints.access-key-disabled",
    "InvalidAccessKeyId.Inactive",
    "Forbidden.AccessKeyDisabled",
  ),
  ...refused("credentials", "hints.access-key-secret", "SignatureDoesNotMatch", "IncompleteSignature"),
  ...refused("credentials", "hints.clock", "InvalidTimeStamp.Format"),
  ...refusedForNow("credentials", "hints.clock", "InvalidTimeStamp*", "IllegalTimestamp"),
  // Every attempt has its own nonce, so an intermediary sent the request twice and the first copy got through.
  ...unknown("platform", "hints.unknown", "SignatureNonceUsed"),
  ...refusedForNow("credentials", "hints.token-expired", "InvalidSecurityToken.Expired"),
  ...refused("credentials", "hints.token", "InvalidSecurityToken*", "MissingSecurityToken"),
  ...refused("input", "hints.parameters", "Missing*", "Invalid*", "ContentLengthDoesNotMatch"),
  ...refused(
    "platform",
    "hints.endpoint",
    "InvalidVersion*",
    "NoSuchVersion",
    "InvalidAction*",
    "InvalidApi*",
    "InvalidProduct*",
    "InvalidRegion*",
    "InvalidProtocol*",
    "UnsupportedOperation",
    "UnsupportedHTTPMethod",
  ),
  ...refused("permission", "hints.permission", "Forbidden*", "NoPermission"),
  ...refused("permission", "hints.risk-control", "Forbidden.RiskControl"),
  ...refusedForNow("throttled", "hints.throttled", "Throttling", "Throttling.*"),
  ...unknown("platform", "hints.unknown", "ServiceUnavailable*", "InternalError*", "UnknownError"),
];

/** Codes of the IoT back end (docs/protocol.md, 4.2). */
const business: Entry[] = [
  ...unknown("platform", "hints.unknown", "iot.system.SystemException"),
  ...refused(
    "not-found",
    "hints.instance",
    "iot.system.InstanceNotFound",
    "iot.Sre.IotInstanceNotFound",
    "iot.auth.IotInstanceNotFound",
    "iot.auth.InvalidIotInstanceId",
  ),
  ...refused(
    "permission",
    "hints.account",
    "iot.system.UidNotFound",
    "iot.system.IllegalRequest",
    "iot.system.InstanceIdSame",
    "iot.common.InvalidTenant",
  ),
  ...refused("permission", "hints.arrears", "iot.system.BillIsOverDue"),
  ...refused("permission", "hints.permission", "iot.common.RamActionPermissionDeny"),
  ...refused("permission", "hints.owner", "iot.common.AuthActionPermissionDeny", "iot.prod.NotProductOwner"),
  ...refused("platform", "hints.instance-type", "iot.common.APINotSupportedInInstance"),
  ...refused(
    "input",
    "hints.parameters",
    "iot.common.InvalidFormattedParameter",
    "iot.check.*",
    "iot.common.InvalidPageParams",
    "iot.device.InvalidTimeBucket",
    "iot.messagebroker.InvalidTimeoutValue",
    "iot.messagebroker.NullMessageContent",
    "iot.messagebroker.MessageContentIsNotBase64Encode",
    "iot.messagebroker.InvalidFormattedTopicName",
    "iot.messagebroker.NullTopicName",
    "iot.consumer.group.*",
  ),
  ...refused("input", "hints.group", "iot.group.*"),
  ...refused("not-found", "hints.group", "iot.group.NotExistedGroup"),
  ...refused(
    "input",
    "hints.items",
    "iot.device.NoneDeviceProperties",
    "iot.device.TooManyDevicePropertiesPerTime",
    "iot.device.LongDevicePropertiesString",
    "iot.device.InvalidFormattedDevicePropertiesString",
    "iot.device.InvalidFormattedDevicePropertyKey",
    "iot.device.NullDevicePropertyKey",
    "iot.device.DeleteDevicePropertyFailed",
  ),
  ...refusedForNow(
    "platform",
    "hints.later",
    "iot.common.QueryDeviceActionError",
    "iot.common.QueryProductActionError",
    "iot.common.QueryProductCountActionError",
    "iot.common.QueryDevicePropertyActionError",
    "iot.device.Query*",
    "iot.group.Query*",
    "iot.messagebroker.QueryDeviceShadowActionError",
  ),
  ...refused(
    "not-found",
    "hints.product",
    "iot.prod.NotExistedProduct",
    "iot.prod.NullProductKey",
    "iot.prod.InvalidFormattedProductkey",
  ),
  ...refused("not-found", "hints.thing-model", "iot.prod.NotSeniorProduct"),
  ...refusedByModel(
    "not-found",
    "hints.service",
    "iot.prod.QueryProductAbilityFailed",
    "iot.prod.QueryProductAbilitiesFailed",
  ),
  ...refused(
    "not-found",
    "hints.device-name",
    "iot.device.NotExistedDevice",
    "iot.device.NullDeviceName",
    "iot.device.InvalidFormattedDeviceName",
    "iot.device.InvalidIoTId",
    "iot.device.NoneDeviceNameElement",
  ),
  ...refused("offline", "hints.inactive", "iot.device.InactiveDevice"),
  // Documented as "check the args", but not that the command was not sent to the device.
  ...unknown("platform", "hints.invoke-failed", "iot.device.InvokeThingServiceFailed"),
  ...unknown("platform", "hints.set-failed", "iot.device.SetDevicePropertyFailed"),
  ...refused("offline", "hints.offline", "iot.messagebroker.OFFLINE"),
  ...unknown("offline", "hints.half-connected", "iot.messagebroker.HALFCONN"),
  ...unknown("timeout", "hints.device-timeout", "iot.messagebroker.TIMEOUT"),
  ...refusedForNow("throttled", "hints.throttled", "iot.messagebroker.RateLimit"),
  ...unknown("platform", "hints.unknown", "iot.messagebroker.Rrpc*", "iot.messagebroker.PublishMessage*"),
];

/** Codes of device shadows: nothing was stored. */
const shadows: Entry[] = refused(
  "input",
  "hints.parameters",
  ...[
    "ShadowMessageIsNotJson",
    "ShadowMessageLengthIsLarge",
    "InvalidVersionValueInShadowMessage",
    "NotFoundVersionOrNullVersionValue",
    "NotFoundMethodInShadowMessage",
    "MethodValueIsNotUpdate",
    "NotFoundStateInShadowMessage",
    "NotFoundDesireInShadowMessage",
    "DesireInfoInShadowMessageIsNotJson",
    "DesireValueIsNullInShadowMessage",
    "ElementKeyOrValueIsNullInDesire",
    "NoneElementInDesire",
    "TooManyElementInDesire",
    "UpdateDeviceShadowMessageFailed",
    "NullShadowMessage",
  ].map((code) => `iot.messagebroker.${code}`),
);

/** Numbers of the cloud log and of reply messages (docs/protocol.md, 4.3 and 4.4). */
const numbers: Entry[] = [
  ...unknown("platform", "hints.unknown", "400", "6205", "6207", "1901", "1902", "1950"),
  ...refused("permission", "hints.arrears", "403"),
  ...refusedForNow("throttled", "hints.throttled", "429", "6452"),
  ...failed("460"),
  ...refused("offline", "hints.inactive", "9200"),
  ...refused("offline", "hints.offline", "9201"),
  ...refused("offline", "hints.disabled", "6208"),
  ...refusedByModel("not-found", "hints.service", "6206"),
  ...refused("platform", "hints.script", "6200", "6201"),
  ...refusedByModel(
    "input",
    "hints.args",
    "6300",
    "6302",
    "6304",
    "6306",
    "6307",
    "6308",
    "6309",
    "6310",
    "6311",
    "6312",
    "6322",
    "6324",
    "6325",
    "6328",
    "6332",
  ),
  ...refused("platform", "hints.thing-model", "5159", "5160", "5161"),
  ...refused("platform", "hints.parameters", "1903"),
  ...unknown("timeout", "hints.device-timeout", "1904", "1905"),
  ...refused("throttled", "hints.throttled", "9324"),
  ...refused("permission", "hints.topic-permission", "9236"),
  ...unknown("platform", "hints.subscription", "9600", "9601", "9602", "9650", "9651", "9652"),
];

/** All of them, in groups. */
export const entries: readonly Entry[] = [...gateway, ...business, ...shadows, ...numbers];
