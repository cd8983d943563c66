import { parentPort } from "node:worker_threads";
import jsonata, { type Expression } from "jsonata";
import { textOfError } from "../../base/describe";
import { type Answer, evaluationLimits, type Task } from "./expression-limits";

// The thread in which the expressions of a simulator file run: whatever they do, the simulator keeps running.

const compiled = new Map<string, Expression>();
const port = parentPort!;
const say = (answer: Answer): void => port.postMessage(answer);

async function evaluate({ text, input }: Task): Promise<void> {
  try {
    let expression = compiled.get(text);
    if (!expression) compiled.set(text, (expression = jsonata(text, evaluationLimits)));
    // A value that cannot be sent, such as a function, fails here.
    say({ value: (await expression.evaluate(input)) as unknown });
  } catch (error) {
    say({ error: textOfError(error) });
  }
}

port.on("message", (task: Task) => void evaluate(task));
say({ ready: true });
