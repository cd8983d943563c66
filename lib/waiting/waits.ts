import type { CancelSignal } from "../base/cancellation";
import { textOfError } from "../base/describe";
import { Evaluator } from "../expression/evaluator";
import type { DeviceMessage } from "../subscription/device-message";
import { Deadlines } from "./deadlines";
import { Wait, type WaitQuery, type WaitSettings, type WaitSources } from "./wait";

/** Messages that an expression has not judged yet; each may have 256 KB. */
const maxUnjudged = 1000;

interface WaitsSettings extends Pick<WaitSettings, "onUnread"> {
  /** A JSONata expression could not be evaluated for a message, which then does not count. */
  onUnevaluated(reason: string): void;
}

/** The messages of a node that wait for devices. */
export class Waits {
  private readonly deadlines = new Deadlines();
  private readonly evaluator = new Evaluator(maxUnjudged);
  /** Many may wait with the same expression; each message is evaluated once. */
  private readonly judged = new WeakMap<DeviceMessage, Map<string, Promise<boolean>>>();
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
    if (!judged) this.judged.set(message, (judged = new Map<string, Promise<boolean>>()));
    let isMet = judged.get(expression);
    if (!isMet) judged.set(expression, (isMet = this.judge(expression, message)));
    return isMet;
  }

  /** Never rejects. */
  private async judge(expression: string, message: DeviceMessage): Promise<boolean> {
    const { payload, topic, ...rest } = message;
    try {
      return await this.evaluator.test(expression, { payload, topic, message: rest });
    } catch (error) {
      if (!this.isClosed) this.settings.onUnevaluated(textOfError(error));
      return false;
    }
  }
}
