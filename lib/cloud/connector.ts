import { TLSSocket } from "node:tls";
import type { buildConnector } from "undici";

type Connector = buildConnector.connector;

/**
 * A connector to one server that resumes its TLS sessions. undici holds sessions so loosely that the next garbage
 * collection takes them, in most cases before the call that would need one.
 * @param build undici's `buildConnector`, which is loaded late
 */
export function resumingConnector(
  build: (options: buildConnector.BuildOptions) => Connector,
  settings: buildConnector.BuildOptions,
): Connector {
  let session: Buffer | undefined;
  const remember = (latest: Buffer): void => {
    session = latest;
  };
  return (options, callback) =>
    build(session ? { ...settings, session } : settings)(options, (...[error, socket]) => {
      if (error) {
        callback(error, null);
        return;
      }
      if (socket instanceof TLSSocket) {
        // With TLS 1.3 sessions come later; with 1.2 the session is there by now.
        socket.on("session", remember);
        if (socket.getProtocol() === "TLSv1.2") session = socket.getSession();
      }
      callback(null, socket);
    });
}
