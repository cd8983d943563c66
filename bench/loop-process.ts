// A process of its own for a contender that needs no Node-RED.
import { bareHttp, bareUndici, type Call } from "./bare";
import { type Load, Loop, memory } from "./load";
import { ownClient } from "./own-client";

const makers: Record<string, (endpoint: URL, connections: number) => Call> = {
  "bare-http": bareHttp,
  "bare-undici": bareUndici,
  client: ownClient,
};

const [, , name = "", endpoint = ""] = process.argv;
const call = makers[name]!(new URL(endpoint), 64);

/** A load is answered with what was measured, `memory` with the memory. */
process.on("message", (asked: Load | "memory") => {
  if (asked === "memory") {
    process.send?.(memory());
    return;
  }
  const loop: Loop = new Loop(asked, () => {
    const begunAt = performance.now();
    call().then(
      () => loop.ended(begunAt, true),
      () => loop.ended(begunAt, false),
    );
  });
  loop.start();
  void loop.measured.then((measured) => process.send?.(measured));
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
