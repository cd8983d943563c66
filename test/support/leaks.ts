// Loaded by mocha for every run. It names what a test leaves behind: a rejection that nobody handles, which mocha lets
// pass and which would end Node-RED; and what is still open, as mocha is not told to exit.
import { stopShared } from "./shared";

const graceMs = 15_000;

let current = "no test";
const unhandled = new Map<Promise<unknown>, string>();

process.on("unhandledRejection", (reason, promise) => {
  const words = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  unhandled.set(promise, `${current}: ${words}`);
});

export const mochaHooks = {
  beforeEach(this: Mocha.Context): void {
    current = this.currentTest?.fullTitle() ?? current;
  },

  async afterAll(): Promise<void> {
    await stopShared();
    setTimeout(() => {
      console.error(
        `Something keeps running after the tests: ${process.getActiveResourcesInfo().join(", ")}`,
      );
      // Mocha sets the exit code while the process exits, so ours must be set after that.
      process.once("exit", () => {
        process.exitCode = 1;
      });
      process.exit();
    }, graceMs).unref(); // unref'd, it only fires where something else keeps the process alive
    if (unhandled.size > 0) {
      throw new Error(`A rejection was not handled during\n${[...unhandled.values()].join("\n")}`);
    }
  },
};
