import path from "node:path";
import { Worker } from "node:worker_threads";
import { type Answer, hardLimitMs, memoryLimits, type Task } from "./expression-limits";
import { type Job, JobQueue } from "./job-queue";

/**
 * Evaluates expressions in a thread of its own, one after the other. If one takes too long or
 * too much memory, its thread is ended, and the next one gets a new thread. The thread starts with the first expression.
 */
export class Evaluator {
  private readonly waiting: JobQueue;
  private current: Job | undefined;
  private worker: Worker | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isReady = false;
  private isClosed = false;

  /** @param maxInputs that wait for their turn, each with any number of expressions; with more, the oldest fail */
  constructor(maxInputs = Infinity) {
    this.waiting = new JobQueue(maxInputs);
  }

  /** @returns the value, copied. Rejects where the expression fails, or takes too long. */
  evaluate(text: string, input: object): Promise<unknown> {
    return this.enqueue({ text, input });
  }

  /** @returns whether the value is true, as `$boolean` has it. Rejects as `evaluate` does. */
  async test(text: string, input: object): Promise<boolean> {
    return (await this.enqueue({ text, input, isTest: true })) === true;
  }

  /** @returns what is wrong with an expression, if anything; takes its turn before evaluations. Rejects as `evaluate` does. */
  check(text: string): Promise<string | undefined> {
    return this.enqueue({ text }) as Promise<string | undefined>;
  }

  private enqueue(task: Task): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) return reject(new Error("it was stopped"));
      this.waiting.add({ task, resolve, reject });
      this.next();
    });
  }

  /** Ends the thread, and rejects what waits for it. */
  close(): void {
    this.isClosed = true;
    const stopped = new Error("it was stopped");
    // First, since the end of the present one would begin the next.
    for (let job = this.waiting.take(); job; job = this.waiting.take()) job.reject(stopped);
    this.drop(stopped.message);
  }

  private next(): void {
    if (this.current || this.waiting.isEmpty) return;
    this.worker ??= this.start();
    // Only a busy thread keeps the process alive.
    this.worker.ref();
    if (!this.isReady) return;
    const job = (this.current = this.waiting.take()!);
    this.timer = setTimeout(() => this.drop("it took too long"), hardLimitMs);
    try {
      this.worker.postMessage(job.task, []);
    } catch (error) {
      this.done(() => job.reject(error as Error));
    }
  }

  private start(): Worker {
    this.isReady = false;
    const worker = new Worker(path.join(__dirname, "expression-thread.js"), {
      execArgv: [],
      resourceLimits: memoryLimits,
    });
    const isPresent = (): boolean => worker === this.worker;
    worker.on("message", (answer: Answer) => {
      if (isPresent()) this.answered(answer);
    });
    worker.on("error", (error: NodeJS.ErrnoException) => {
      const isFull = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      if (isPresent()) this.drop(isFull ? "it took too much memory" : error.message);
    });
    worker.on("exit", () => {
      if (isPresent()) this.drop("its thread ended");
    });
    return worker;
  }

  private answered(answer: Answer): void {
    if ("ready" in answer) {
      this.isReady = true;
      this.next();
      return;
    }
    const job = this.current;
    if (!job) return;
    this.done(() => ("error" in answer ? job.reject(new Error(answer.error)) : job.resolve(answer.value)));
  }

  /** Ends the thread and its job. If it has none, the thread could not start, and the next waiting job fails. */
  private drop(reason: string): void {
    const { worker } = this;
    this.worker = undefined;
    this.isReady = false;
    void worker?.terminate();
    const job = this.current ?? this.waiting.take();
    this.done(() => job?.reject(new Error(reason)));
  }

  private done(settle: () => void): void {
    clearTimeout(this.timer);
    this.current = undefined;
    settle();
    if (!this.waiting.isEmpty) this.next();
    else this.worker?.unref();
  }
}
