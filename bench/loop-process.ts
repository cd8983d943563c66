// A process of its own for a contender that needs no Node-RED.
import { bareHttp, bareUndici, type Call } from "./bare";
import { type LeanCall, leanLoop } from "./lean";
import { type Load, Loop, memory } from "./load";
import { ownClient, signedCall } from "./own-client";

type Maker<C> = (endpoint: URL, connections: number) => C;

const makers: Record<string, Maker<LeanCall>> = {
  lean: leanLoop,
  "bare-http": promised(bareHttp),
  "bare-undici": promised(bareUndici),
  signed: promised(signedCall),
  client: promised(ownClient),
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
    call((isOk) => loop.ended(begunAt, isOk));
  });
  loop.start();
  void loop.measured.then((measured) => process.send?.(measured));
});
process.on("disconnect", () => process.exit());
process.send?.("ready");

function promised(maker: Maker<Call>): Maker<LeanCall> {
  return (...given) => {
    const make = maker(...given);
    return (ended) => {
      make().then(
        () => ended(true),
        () => ended(false),
      );
    };
  };
}
