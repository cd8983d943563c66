import { createHmac } from "node:crypto";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";

export interface DeviceOptions {
  productKey: string;
  deviceName: string;
  secret: string;
  signmethod?: string;
  ext?: number;
  clientId?: string;
  password?: string;
  keepalive?: number;
  /** Default true. */
  clean?: boolean;
  /** Hears messages from the first moment on. */
  onMessage?: (text: string) => void;
}

/** How a device logs in by docs/protocol.md, 9.1; none of the simulator's code is used. */
function loginOf(options: DeviceOptions): IClientOptions {
  const { productKey, deviceName, secret, signmethod = "hmacsha256", ext } = options;
  const { clientId = `${productKey}.${deviceName}`, keepalive = 60 } = options;
  const timestamp = Date.now();
  const content = `clientId${clientId}deviceName${deviceName}productKey${productKey}timestamp${timestamp}`;
  const password = createHmac(signmethod.replace("hmac", ""), secret).update(content).digest("hex");
  const extension = ext === undefined ? "" : `,ext=${ext}`;
  return {
    clientId: `${clientId}|securemode=3,signmethod=${signmethod},timestamp=${timestamp}${extension}|`,
    username: `${deviceName}&${productKey}`,
    password: options.password ?? password,
    keepalive,
    reconnectPeriod: 0,
    clean: options.clean ?? true,
    protocolVersion: 4,
  };
}

/** Connects a device. Rejects where the broker refuses it. */
export async function connectDevice(endpoint: string, options: DeviceOptions): Promise<MqttClient> {
  const client = mqtt.connect(endpoint, loginOf(options));
  if (options.onMessage)
    client.on("message", (_topic, payload) => options.onMessage?.(payload.toString("utf8")));
  await new Promise<void>((resolve, reject) => {
    client.once("connect", () => resolve());
    client.once("error", reject);
    client.once("close", () => reject(new Error("connection closed")));
  });
  return client;
}

/** The next message of a topic, parsed. */
export async function nextMessage(
  client: MqttClient,
): Promise<{ topic: string; json: Record<string, unknown>; text: string }> {
  const [topic, text] = await new Promise<[string, string]>((resolve) =>
    client.once("message", (name, payload) => resolve([name, payload.toString("utf8")])),
  );
  return { topic, json: JSON.parse(text) as Record<string, unknown>, text };
}

/** Resolves when the connection is gone. */
export async function closed(client: MqttClient): Promise<void> {
  await new Promise<void>((resolve) => client.once("close", resolve));
}
