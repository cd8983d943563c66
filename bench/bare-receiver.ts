import rhea, { type EventContext } from "rhea";
import { credits } from "./posts";

/**
 * The least that a receiver does: it parses each body, hands it on and accepts the message.
 * @param take called with the body of each message
 */
export function startBareReceiver(port: number, take: (payload: object, topic: unknown) => void): void {
  const container = rhea.create_container();
  container.on("message", ({ delivery, message }: EventContext) => {
    const { content } = message!.body as { content: Buffer };
    take(JSON.parse(content.toString()) as object, message!.application_properties?.["topic"]);
    delivery!.accept();
  });
  // At the end of the bench the server is gone first.
  for (const event of ["disconnected", "error", "connection_error"]) container.on(event, () => undefined);
  const connection = container.connect({
    host: "127.0.0.1",
    port,
    username: "a",
    password: "b",
    reconnect: false,
  });
  connection.open_receiver({ autoaccept: false, credit_window: credits });
}
