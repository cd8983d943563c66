// Loaded by mocha for every run. Mocha is not told to exit, so that what a test leaves open shows;
// this names it instead of letting the run hang for ever.
import { stopShared } from "./shared";

const graceMs = 15_000;

export const mochaHooks = {
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
  },
};
