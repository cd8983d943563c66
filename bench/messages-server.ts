// A process of its own: an AMQP server with a port for each receiver, which sends property posts as fast as the
// receiver's credit allows. Asked for `{ receiver, count }`, it sends so many.
import type { AddressInfo } from "node:net";
import rhea, { type EventContext, type Sender } from "rhea";
import { devices, productKey } from "./posts";

interface Asked {
  /** Position of its port. */
  receiver: number;
  count: number;
}

const [, , receivers = "1"] = process.argv;
let nextId = 0;

class Port {
  sender: Sender | undefined;
  left = 0;

  deliver(): void {
    for (; this.left > 0 && this.sender?.sendable(); this.left--)
      this.sender.send(post(nextId++), undefined, 0);
  }
}

/** A post of one of the devices, by turns, written as AMQP. */
function post(id: number): Buffer {
  const deviceName = `device${id % devices}`;
  const time = 1_700_000_000_000 + id;
  const body = {
    iotId: "4z819VQHk6VSLmmBJfrf00107e1234",
    requestId: String(id),
    productKey,
    deviceName,
    deviceType: "CustomCategory",
    gmtCreate: time,
    items: {
      Temperature: { value: 20 + (id % 100) / 10, time },
      Humidity: { value: 40 + (id % 50), time },
      Power: { value: id % 2, time },
    },
    checkFailedData: {},
  };
  return rhea.message.encode({
    message_id: String(id),
    application_properties: {
      topic: `/${productKey}/${deviceName}/thing/event/property/post`,
      messageId: `${1_700_000_000_000_000 + id}`,
      generateTime: rhea.types.wrap_long(time),
      qos: 1,
    },
    body: rhea.message.data_section(Buffer.from(JSON.stringify(body))),
  });
}

const ports = Array.from({ length: Number(receivers) }, () => new Port());
const addresses = ports.map(
  (port) =>
    new Promise<number>((resolve) => {
      const container = rhea.create_container();
      const mechanisms = container.sasl_server_mechanisms as { enable_plain(admit: () => boolean): void };
      mechanisms.enable_plain(() => true);
      container.on("sender_open", ({ sender }: EventContext) => {
        port.sender = sender;
        process.send?.({ opened: ports.indexOf(port) });
      });
      container.on("sendable", () => port.deliver());
      for (const event of ["disconnected", "error", "connection_error", "protocol_error"]) {
        container.on(event, () => undefined);
      }
      const server = container.listen({
        host: "127.0.0.1",
        port: 0,
        tcp_no_delay: true,
        session_buffer_size: 65_536,
      } as Parameters<typeof container.listen>[0]);
      server.on("listening", () => resolve((server.address() as AddressInfo).port));
    }),
);
void Promise.all(addresses).then((found) => process.send?.({ ports: found }));
process.on("message", ({ receiver, count }: Asked) => {
  const port = ports[receiver]!;
  port.left += count;
  port.deliver();
});
process.on("disconnect", () => process.exit());
