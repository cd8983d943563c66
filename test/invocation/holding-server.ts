// A platform in a process of its own that takes calls and answers none before its parent says so. It then tells the
// parent how many it has answered.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const answer = JSON.stringify({ RequestId: "1", Success: true, Data: { MessageId: "1", Result: "{}" } });
const held: ServerResponse[] = [];

const server = createServer((request, response) => {
  request.resume().once("end", () => {
    held.push(response);
    process.send?.({ held: held.length });
  });
});

process.on("message", () => {
  for (const response of held.splice(0)) response.setHeader("content-type", "application/json").end(answer);
});
process.on("disconnect", () => process.exit(0));

server.keepAliveTimeout = 0;
server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
