import { parentPort } from "node:worker_threads";
import jsonata, { type Expression } from "jsonata";
import { textOfError } from "../base/describe";
import { type Answer, evaluationLimits, type Task } from "./expression-limits";

// The thread in which expressions run: whatever they do, the process keeps running.

/** Expressions may come from messages, each with its own. */
const maxCompiled = 1000;
const compiled = new Map<string, Expression>();
const port = parentPort!;
const say = (answer: Answer): void => port.postMessage(answer);

async function evaluate({ text, input }: Task): Promise<void> {
  try {
    let expression = compiled.get(text);
    if (!expression) {
      if (compiled.size >= maxCompiled) compiled.clear();
      compiled.set(text, (expression = jsonata(text, evaluationLimits)));
    }
    // A value that cannot be sent, such as a function, fails here.
    say({ value: (await expression.evaluate(input)) as unknown });
  } catch (error) {
    say({ error: textOfError(error) });
  }
}

port.on("message", (task: Task) => void evaluate(task));
say({ ready: true });
