// A process of its own: answers every request with the same bytes, at the least cost, and counts connections.
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { callAnswer, modelAnswer, setAnswer } from "./wire";

/** What the server has done since it began. */
export interface ServerCount {
  connections: number;
  requests: number;
  cpuMicroseconds: number;
}

let connections = 0;
let requests = 0;
const headEnd = Buffer.from("\r\n\r\n");
const [, , keyFile, certificateFile] = process.argv;

const server = create((socket) => {
  connections++;
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  let pending: Buffer | undefined;
  socket.on("data", (chunk) => {
    const request: Buffer = pending ? Buffer.concat([pending, chunk]) : chunk;
    if (!isWhole(request)) {
      pending = request;
      return;
    }
    pending = undefined;
    requests++;
    socket.write(answerTo(request));
  });
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  const count: ServerCount = { connections, requests, cpuMicroseconds: user + system };
  process.send?.(count);
});
process.on("disconnect", () => process.exit());

function create(onConnection: (socket: Socket) => void): Server {
  if (!keyFile || !certificateFile) return createServer(onConnection);
  return createTlsServer({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) }, onConnection);
}

function answerTo(request: Buffer): Buffer {
  if (request.includes("SetDeviceProperty")) return setAnswer;
  return request.includes("GetThingModelTsl") ? modelAnswer : callAnswer;
}

/** No contender sends a request before it has its answer, so a chunk never holds two. */
function isWhole(request: Buffer): boolean {
  const end = request.indexOf(headEnd);
  if (end < 0) return false;
  const head = request.toString("latin1", 0, end);
  if (/transfer-encoding: *chunked/i.test(head)) return request.subarray(-5).equals(lastChunk);
  const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  return request.length >= end + 4 + length;
}

const lastChunk = Buffer.from("0\r\n\r\n");
