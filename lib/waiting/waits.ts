import type { CancelSignal } from "../base/cancellation";
import { textOfError } from "../base/describe";
import { CheckedExpressions } from "../expression/checked-expressions";
import { Evaluator } from "../expression/evaluator";
import { TooManyWaiting } from "../expression/job-queue";
import type { DeviceMessage } from "../subscription/device-message";
import { Deadlines } from "./deadlines";
import { Wait, type WaitQuery, type WaitSettings, type WaitSources } from "./wait";

/** Messages that expressions have not judged yet; each may have 256 KB. */
const maxUnjudged = 1000;

/** A message as expressions see it, and what those that have judged it say. */
interface Judged {
  input: object;
  results: Map<string, Promise<boolean>>;
}

interface WaitsSettings extends Pick<WaitSettings, "onUnread"> {
  /** A JSONata expression could not be evaluated for a message, which then does not count. */
  onUnevaluated(reason: string): void;
  /** Messages come faster than expressions can judge them, and the oldest do not count. */
  onOverrun?(): void;
}

/** The messages of a node that wait for devices. */
export class Waits {
  private readonly deadlines = new Deadlines();
  private readonly evaluator = new Evaluator(maxUnjudged);
  /** Whether texts are expressions, for which the same thread is used. */
  readonly expressions = new CheckedExpressions(this.evaluator);
  /** Many may wait with the same expression; each message is evaluated once. */
  private readonly judged = new WeakMap<DeviceMessage, Judged>();
  private readonly shared: WaitSettings;
  private isClosed = false;

  constructor(private readonly settings: WaitsSettings) {
    this.shared = {
      deadlines: this.deadlines,
      evaluate: (expression, message) => this.evaluate(expression, message),
      onUnread: (error) => settings.onUnread(error),
    };
  }

  /**
   * Waits for a message of the device that meets the condition.
   * @returns that message
   * @throws {Failure} as a rejection: `wait-timeout` or `closed`, both `unknown`
   */
  begin(sources: WaitSources, query: WaitQuery, signal: CancelSignal): Promise<DeviceMessage> {
    return new Promise((resolve, reject) => {
      new Wait(this.shared, sources, query, signal, resolve, reject).begin();
    });
  }

  /** How many wait. */
  get size(): number {
    return this.deadlines.size;
  }

  /** Waits have to be ended before. */
  close(): void {
    this.isClosed = true;
    this.evaluator.close();
  }

  private evaluate(expression: string, message: DeviceMessage): Promise<boolean> {
    let judged = this.judged.get(message);
    if (!judged) {
      const { payload, topic, ...rest } = message;
      judged = { input: { payload, topic, message: rest }, results: new Map<string, Promise<boolean>>() };
      this.judged.set(message, judged);
    }
    const { input, results } = judged;
    let isMet = results.get(expression);
    if (!isMet) results.set(expression, (isMet = this.judge(expression, input)));
    return isMet;
  }

  /** Never rejects. */
  private async judge(expression: string, input: object): Promise<boolean> {
    try {
      return await this.evaluator.test(expression, input);
    } catch (error) {
      if (this.isClosed) return false;
      const { settings } = this;
      if (error instanceof TooManyWaiting && settings.onOverrun) settings.onOverrun();
      else settings.onUnevaluated(textOfError(error));
      return false;
    }
  }
}
