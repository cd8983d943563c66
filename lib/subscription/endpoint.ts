import { invalidInput } from "../base/failure";
import { isAccountNumber, isInstanceId, isRegionId } from "../base/identifiers";
import { isLoopback } from "../base/loopback";
import { readable } from "../base/text";

export interface EndpointSettings {
  /** Blank; a host, `host:port`, `amqps://host:port`, or `amqp://` to this machine. */
  endpoint: string;
  /** Alibaba Cloud account number; needed if no endpoint is set and the instance has no id. */
  uid: string;
  regionId: string;
  /** Blank for an instance without an id. */
  instanceId: string;
}

/** The address of the AMQP server. */
interface AmqpAddress {
  host: string;
  port: number;
  /** False for this machine only. */
  isEncrypted: boolean;
}

const securePort = 5671;
const plainPort = 5672;

/**
 * The AMQP address of an account (docs/protocol.md, 8.1 and 3): an explicit host, else that of the instance, else that
 * of the account number, for old public instances. The form of the instance's host is that of the vendor's sample; if
 * it differs, the console shows it.
 * @throws {Failure} `invalid-input`
 */
export function amqpAddressOf(settings: EndpointSettings): AmqpAddress {
  const typed = settings.endpoint.trim();
  return typed === "" ? derived(settings) : parsed(typed);
}

/** Whether an address can only be one of the platform's own servers. */
export function isOfPlatform({ host, port }: { host: string; port: number }): boolean {
  const name = /^([\w-]+\.amqp\.iothub|\d+\.iot-amqp\.[a-z0-9-]+)\.aliyuncs\.com$/i;
  return port === securePort && name.test(host);
}

/** Whether a text is a valid AMQP endpoint. */
export function isAmqpEndpoint(text: string): boolean {
  try {
    parsed(text.trim());
    return true;
  } catch {
    return false;
  }
}

function parsed(typed: string): AmqpAddress {
  // A user and a password do not belong here, and must not appear in a message.
  const came = readable(typed.replace(/[^/]*@/g, "***@"), 100);
  // Parsed as http, because URL validates hosts and ports of http.
  const [, scheme = "amqps", rest = ""] = /^(?:(amqps?):\/\/)?(.*)$/is.exec(typed) ?? [];
  const text = `http://${rest}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOnlyHost = url && /^[^/?#@\\\s]+\/?$/.test(rest) && url.pathname === "/";
  const port = /:(\d+)\/?$/.exec(rest)?.[1];
  if (!isOnlyHost || url.hostname === "" || port === "0") {
    throw invalidInput({ key: "errors.subscription-endpoint", params: { came } });
  }
  const isEncrypted = scheme.toLowerCase() === "amqps";
  if (!isEncrypted && !isLoopback(url)) {
    throw invalidInput({ key: "errors.subscription-endpoint-insecure", params: { host: url.host } });
  }
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === undefined ? (isEncrypted ? securePort : plainPort) : Number(port),
    isEncrypted,
  };
}

function derived({ uid, regionId, instanceId }: EndpointSettings): AmqpAddress {
  const instance = instanceId.trim();
  if (instance !== "") {
    if (!isInstanceId(instance)) throw unknownHost();
    return secure(`${instance.toLowerCase()}.amqp.iothub.aliyuncs.com`);
  }
  const number = uid.trim();
  if (number === "") throw unknownHost();
  if (!isAccountNumber(number)) {
    throw invalidInput({ key: "errors.subscription-uid", params: { came: readable(number, 100) } });
  }
  const region = regionId.trim();
  if (!isRegionId(region)) {
    throw invalidInput({ key: "errors.region", params: { came: readable(region, 100) } });
  }
  return secure(`${number}.iot-amqp.${region}.aliyuncs.com`);
}

function secure(host: string): AmqpAddress {
  return { host, port: securePort, isEncrypted: true };
}

function unknownHost(): Error {
  return invalidInput({ key: "errors.subscription-host-unknown" });
}
