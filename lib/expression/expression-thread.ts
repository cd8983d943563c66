import { parentPort } from "node:worker_threads";
import jsonata from "jsonata";
import { textOfError } from "../base/describe";
import { Compiled } from "./compiled";
import { type Answer, evaluationLimits, type Task } from "./expression-limits";
import { isTruthy } from "./truth";
import { readableReason } from "./what-is-wrong";

// The thread in which expressions run: whatever they do, the process keeps running.

const compiled = new Compiled((text) => jsonata(text, evaluationLimits));
const port = parentPort!;
const say = (answer: Answer): void => port.postMessage(answer);

async function evaluate({ text, input, isTest }: Task): Promise<void> {
  try {
    if (!input) {
      say({ value: reasonOf(text) });
      return;
    }
    const value: unknown = await compiled.get(text).evaluate(input);
    // A value that cannot be sent, such as a function, fails here.
    say({ value: isTest ? isTruthy(value) : value });
  } catch (error) {
    say({ error: textOfError(error) });
  }
}

/** Compiled here, it is there once it is evaluated. */
function reasonOf(text: string): string | undefined {
  try {
    compiled.get(text);
    return undefined;
  } catch (error) {
    return readableReason(error);
  }
}

port.on("message", (task: Task) => void evaluate(task));
say({ ready: true });
