// A process of its own: what requiring some modules takes, beside what every Node-RED has loaded already.
import "node:crypto";
import "node:https";
import { createRequire } from "node:module";
import "node:tls";
import { memory } from "./load";

const [, , from = "", ...specifiers] = process.argv;
const load = createRequire(from);
const before = memory();
const begunAt = performance.now();
for (const specifier of specifiers) load(specifier);
const milliseconds = performance.now() - begunAt;
const after = memory();
process.send?.({
  milliseconds,
  inUse: after.inUse - before.inUse,
  resident: after.resident - before.resident,
});
