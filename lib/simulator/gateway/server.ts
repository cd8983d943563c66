import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { foreignRequest } from "../../base/local-requests";
import { WaitingRoom } from "../common/waiting-room";
import type { Answer } from "./answer";
import { GatewayFailure } from "./failures";
import type { RawRequest } from "./gateway";

const maxBodyBytes = 2 * 1024 * 1024;
/** Generated SDKs put all parameters into the URL: 1 MB for it, and room for other headers. */
const maxHeaderBytes = 1024 * 1024 + 64 * 1024;
/** Maximum number of connections without a request. */
const maxWaiting = 1024;
/** Maximum total of incomplete request bodies, whose signatures are not verified yet. */
const maxUnfinishedBytes = 64 * 1024 * 1024;
/** For one request, from its first byte to its last. */
const requestMs = 60_000;

/** An answer to send, or what happens to the socket instead of one. */
export type Reaction = Answer | "drop" | "hang";

/** `respond` gets complete requests. It must not reject. */
export function createLoopbackServer(respond: (request: RawRequest) => Promise<Reaction>): Server {
  const waiting = new WaitingRoom(maxWaiting);
  const bodies = new Bodies();
  const options = { maxHeaderSize: maxHeaderBytes, requestTimeout: requestMs };
  const server = createServer(options, (request, response) => {
    waiting.leave(request.socket);
    void serve(request, response, bodies, respond);
  });
  server.on("connection", (socket: Socket) => waiting.enter(socket));
  // With the usual short value, sockets would be closed just when clients reuse them.
  server.keepAliveTimeout = 60_000;
  server.on("clientError", refuseGarbage);
  return server;
}

/** The body is too large: the gateway answers and closes the connection without reading the rest. */
export const bodyTooLarge = new GatewayFailure(
  413,
  "RequestEntityTooLarge",
  `The request body is larger than ${maxBodyBytes} bytes.`,
);

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  bodies: Bodies,
  respond: (request: RawRequest) => Promise<Reaction>,
): Promise<void> {
  request.on("error", () => undefined);
  response.on("error", () => undefined);
  const foreign = foreignRequest(request.rawHeaders);
  // The body from a page of another site is not read.
  const body = foreign === undefined ? await bodies.read(request) : Buffer.alloc(0);
  if (body === undefined) return;
  const reaction = await respond({
    method: request.method ?? "",
    target: request.url ?? "",
    headers: headersOf(request),
    body: body === "too large" ? Buffer.alloc(0) : body,
    tooLarge: body === "too large",
    foreign,
  });
  if (reaction === "hang") return;
  if (reaction === "drop") {
    request.socket.destroy();
    return;
  }
  send(response, reaction, body === "too large" || foreign !== undefined);
}

class Bodies {
  /** Bytes of incomplete bodies. */
  private unfinished = 0;

  /** The body; undefined if the client disconnected before its end. */
  async read(request: IncomingMessage): Promise<Buffer | "too large" | undefined> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        this.unfinished += chunk.length;
        if (bytes > maxBodyBytes || this.unfinished > maxUnfinishedBytes) return "too large";
        chunks.push(chunk);
      }
    } catch {
      return undefined;
    } finally {
      this.unfinished -= bytes;
    }
    return Buffer.concat(chunks);
  }
}

function headersOf(request: IncomingMessage): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return headers;
}

function send(response: ServerResponse, answer: Answer, close: boolean): void {
  response.sendDate = false;
  response.writeHead(answer.status, {
    ...answer.headers,
    "content-length": Buffer.byteLength(answer.body),
    ...(close ? { connection: "close" } : {}),
  });
  response.end(answer.body);
}

/** Answers input that is not HTTP as briefly as possible, and closes the socket. */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  socket.on("error", () => undefined);
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status =
    error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
}
