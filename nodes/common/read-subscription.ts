import { unsetVariable } from "../../lib/base/env-name";
import { numberBounds, readBounded } from "../../lib/base/number-bounds";
import { settingText } from "../../lib/base/setting-text";
import type { AmqpEndpoint } from "../../lib/subscription/amqp-socket";
import { amqpAddressOf } from "../../lib/subscription/endpoint";
import { checkLogin, type LoginSettings } from "../../lib/subscription/login";
import { loginPartProblem } from "../../lib/subscription/login-part";
import type { SubscriptionSettings } from "../defaults/subscription";
import type { SubscriptionAccess } from "./account-node";
import { readNumber, readText } from "./settings";
import { readTls, type TlsNode } from "./tls-node";

/** The settings of a subscription, checked. */
interface ReadSubscription {
  endpoint: AmqpEndpoint;
  isEncrypted: boolean;
  login: LoginSettings;
  credits: number;
}

/** The only group that a simulator has unless its file names more; each instance of the platform has it too. */
const simulatorGroup = "DEFAULT_GROUP";

/**
 * Reads the settings of a subscription. With a simulator none of them is needed, and one that it cannot use, left over
 * from an account in the cloud, does not count: its field is not shown.
 * @param ownClientId the client id if none is set
 * @throws {Failure} that says which setting is wrong
 */
export function readSubscription(
  settings: SubscriptionSettings,
  access: SubscriptionAccess,
  tlsNode: TlsNode | null | undefined,
  ownClientId: string,
): ReadSubscription {
  const { simulator, instanceId } = access;
  const { host, port, isEncrypted } = amqpAddressOf(addressOf(settings, access));
  const tls = simulator ? {} : (readTls(tlsNode) ?? {});
  const login = {
    clientId: partOf(settings.clientId, simulator, "errors.field-client-id") || ownClientId,
    consumerGroupId: groupOf(settings, access),
    instanceId,
  };
  checkLogin(login);
  const credits = simulator
    ? (readBounded(settings.credits, numberBounds.credits) ?? numberBounds.credits.blank)
    : readNumber(settings.credits, "errors.field-credits", numberBounds.credits);
  return { endpoint: { host, port, tls: isEncrypted ? tls : undefined }, isEncrypted, login, credits };
}

/** A simulator provides its own address. */
function addressOf(settings: SubscriptionSettings, { simulator, regionId, instanceId }: SubscriptionAccess) {
  if (simulator) return { endpoint: simulator.url.href, uid: "", regionId, instanceId };
  const endpoint = readText(settings.endpoint, { key: "errors.field-amqp-host" });
  const uid = readText(settings.uid, { key: "errors.field-uid" });
  return { endpoint, uid, regionId, instanceId };
}

function groupOf(settings: SubscriptionSettings, { simulator }: SubscriptionAccess): string {
  const group = partOf(settings.consumerGroupId, simulator, "errors.field-consumer-group");
  if (!simulator) return group;
  return simulator.consumerGroups.includes(group) ? group : simulatorGroup;
}

function partOf(value: unknown, simulator: SubscriptionAccess["simulator"], key: string): string {
  if (!simulator) return readText(value, { key });
  const text = settingText(value) ?? "";
  return loginPartProblem(text) === undefined && unsetVariable(text) === undefined ? text : "";
}
