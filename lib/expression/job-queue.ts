import { Fifo, type FifoMember } from "../base/fifo";
import type { Task } from "./expression-limits";

export interface Job {
  task: Task;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** Expressions over the same input, such as those of all messages that wait for a device. */
interface Batch extends FifoMember<Batch> {
  input: object;
  jobs: Job[];
  /** How many of them have had their turn. */
  begun: number;
}

/** Messages come faster than expressions can be evaluated. */
export class TooManyWaiting extends Error {
  constructor() {
    super("too many wait for it");
  }
}

/** As many as one input can have: so many messages of a node can wait. */
const maxJobs = 100_000;

/** Evaluations that wait for their turn: checks of expressions first, then first in, first out. */
export class JobQueue {
  private readonly checks: Job[] = [];
  private readonly batches = new Fifo<Batch>();
  private newest: Batch | undefined;
  private count = 0;

  /** @param maxInputs what is evaluated may be large; with more, the oldest fail */
  constructor(private readonly maxInputs: number) {}

  get isEmpty(): boolean {
    return this.checks.length === 0 && this.count === 0;
  }

  add(job: Job): void {
    const { input } = job.task;
    if (!input) {
      this.checks.push(job);
      return;
    }
    if (this.newest?.input === input) this.newest.jobs.push(job);
    else {
      this.newest = { input, jobs: [job], begun: 0, previous: undefined, next: undefined };
      this.batches.add(this.newest);
    }
    this.count++;
    while (this.batches.size > 1 && (this.batches.size > this.maxInputs || this.count > maxJobs)) {
      this.giveUp(this.batches.first!);
    }
  }

  take(): Job | undefined {
    const check = this.checks.shift();
    if (check) return check;
    const batch = this.batches.first;
    if (!batch) return undefined;
    const job = batch.jobs[batch.begun++]!;
    this.count--;
    if (batch.begun === batch.jobs.length) this.remove(batch);
    return job;
  }

  private giveUp(batch: Batch): void {
    this.remove(batch);
    const jobs = batch.jobs.slice(batch.begun);
    this.count -= jobs.length;
    const error = new TooManyWaiting();
    for (const job of jobs) job.reject(error);
  }

  private remove(batch: Batch): void {
    this.batches.remove(batch);
    if (this.newest === batch) this.newest = undefined;
  }
}
