import { asFailure } from "../base/as-failure";
import type { CancelSignal } from "../base/cancellation";
import type { DeviceTarget } from "../look-up/property-rows";
import { periodOf } from "./asked-period";
import { readCalls, readEvents } from "./function-history";
import { modelOf, modelsOfRead, type ReadModels } from "./known-types";
import type { ReadPace } from "./limits";
import { readPresent } from "./present";
import { readPropertyHistory } from "./property-history";
import { failureOfRead } from "./read-failure";
import { type ReadCaller, ReadRun, type ReadStats } from "./read-run";
import type { HistoryRequest, ReadRequest } from "./request";
import { type DeviceState, readState, readStates } from "./state";
import { TimeOrder } from "./time-order";

interface ReadOptions {
  /** Filled in as the read proceeds, also where it fails. */
  stats: ReadStats & { queuedMs: number; durationMs: number };
  /** Milliseconds for the whole read, from when its turn has come. */
  timeout: number;
  /** Ends the read as `closed`. */
  signal?: CancelSignal | undefined;
  /** Called when its turn has come. */
  onBegun?: (() => void) | undefined;
  /** Called where all properties were read, but which modules the device has could not be. */
  onModulesUnknown?: ((reason: unknown) => void) | undefined;
}

/** What the devices of an account have reported, as the platform keeps it. One for each account. */
export class DeviceReads {
  private readonly times = new TimeOrder();

  constructor(
    private readonly caller: ReadCaller,
    private readonly models: ReadModels,
    private readonly pace: ReadPace,
    /** The platform's clock; `at` takes a moment of `performance.now()`. */
    private readonly clock: { readonly isKnown: boolean; at(moment: number): number },
  ) {}

  /**
   * Reads what is asked for, in the shapes that docs/architecture.md, Messages, describes.
   * @throws {Failure} nothing else is thrown
   */
  async read(request: ReadRequest, { stats, timeout, signal, ...callbacks }: ReadOptions): Promise<unknown> {
    const queuedAt = performance.now();
    const run = new ReadRun(this.caller, this.pace, stats, timeout, signal);
    let permit: { release(): void } | undefined;
    let begun = queuedAt;
    try {
      permit = await this.pace.messages.enter(run.ending);
      begun = performance.now();
      stats.queuedMs = Math.round(begun - queuedAt);
      callbacks.onBegun?.();
      const models = modelsOfRead(this.models, timeout, run.ending);
      const result = await this.carryOut(run, models, request);
      if (stats.modulesUnknown) callbacks.onModulesUnknown?.(run.modulesFailure);
      return result;
    } catch (error) {
      const failure = failureOfRead(asFailure(error));
      stats.requestId = failure.requestId;
      throw failure;
    } finally {
      run.end();
      permit?.release();
      if (permit) stats.durationMs = Math.round(performance.now() - begun);
      else stats.queuedMs = Math.round(performance.now() - queuedAt);
    }
  }

  /**
   * Whether a device is online.
   * @throws {Failure} nothing else is thrown
   */
  async state(target: DeviceTarget, options: ReadOptions): Promise<DeviceState> {
    return (await this.read({ what: "state", target }, options)) as DeviceState;
  }

  private async carryOut(run: ReadRun, models: ReadModels, request: ReadRequest): Promise<unknown> {
    if ("period" in request) {
      // Its types are wanted in any case, and any answer tells the platform's time.
      if (!this.clock.isKnown) await modelOf(models, request.target, "");
      const period = periodOf(request.period, this.clock);
      return this.readHistory(run, models, { ...request, period });
    }
    switch (request.what) {
      case "properties":
      case "desired":
        return readPresent(run, models, request);
      case "state":
        return readState(run, request.target);
      case "states":
        break;
    }
    return readStates(run, request.targets);
  }

  private readHistory(run: ReadRun, models: ReadModels, request: HistoryRequest): Promise<unknown> {
    const { times } = this;
    switch (request.what) {
      case "property-history":
        return readPropertyHistory(run, models, times, request);
      case "event-history":
        return readEvents({ run, models, times, request });
      case "service-history":
        break;
    }
    return readCalls({ run, models, times, request });
  }
}
