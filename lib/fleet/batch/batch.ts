import { abortable } from "../../base/abortable";
import { asFailure } from "../../base/as-failure";
import type { Failure } from "../../base/failure";
import type { Command } from "../../invocation/operation";
import { judge } from "../../invocation/safety";
import type { FleetCommand } from "../command";
import { type Ended, endedBy } from "../ended";
import type { FleetDevice } from "../fleet-device";
import { OwnArgs } from "../own-args";
import { type DeviceRun, isTakenBack, type Strategy } from "../strategy";
import { BatchCall } from "./batch-call";
import type { BatchMember, BatchOptions } from "./batch-options";
import { SynchronousServices } from "./synchronous";

/** The platform takes no more names in one call. */
const maxNames = 100;

/** Commands up to a hundred devices of one product in one call, all with the same args. */
export class Batch<C extends Command> implements Strategy {
  readonly maxUnderWay = 5000;
  readonly chunk = 1000;
  readonly maxWaiting = 4;
  private readonly synchronous: SynchronousServices<C>;

  constructor(
    private readonly command: FleetCommand<C>,
    private readonly options: BatchOptions<C>,
  ) {
    this.synchronous = new SynchronousServices(command, options.account.models);
  }

  /**
   * Why no device at all can be commanded in this way: a synchronous service cannot be called in batches.
   * @returns undefined where some can, or where that is not known
   */
  problemOfAll(): Promise<Failure | undefined> {
    return this.synchronous.problemOfAll(this.options.devices);
  }

  divide(indexes: readonly number[], maxTogether: number): number[][] {
    const size = Math.min(maxNames, maxTogether);
    const open = new Map<string, number[]>();
    const units: number[][] = [];
    for (const index of indexes) {
      const key = this.keyOf(this.options.devices[index]!, index);
      let unit = open.get(key);
      if (!unit || unit.length >= size) {
        open.set(key, (unit = []));
        units.push(unit);
      }
      unit.push(index);
    }
    return units;
  }

  async carryOut(indexes: readonly number[], run: DeviceRun): Promise<void> {
    const { command, options } = this;
    const { account, words } = options;
    const startedAt = performance.now();
    const durationMs = (): number => Math.round(performance.now() - startedAt);
    const end = (index: number, ended: Ended): void =>
      run.ended(index, { ...ended, durationMs: durationMs() });
    let members: BatchMember<C>[] = [];
    try {
      members = await this.allowed(indexes, run);
      const [first] = members;
      if (!first) return;
      const problem = await this.synchronous.problemOf(options.devices[first.index]!);
      if (problem) throw problem;
      const checking = account.models && command.check.apply(account.models, first.command);
      const checked = checking ? await abortable(Promise.resolve(checking), run.closing) : first.command;
      for (const member of members) {
        member.command = command.forDevice(checked, options.devices[member.index]!);
      }
      if (account.safety?.isDryRun) {
        for (const { index, command: one } of members) end(index, this.unsent(one));
        return;
      }
    } catch (error) {
      // Those that are not allowed have ended.
      const failure = asFailure(error, "not-sent");
      for (const { index } of members) {
        if (isTakenBack(failure, run)) run.withdraw(index);
        else end(index, endedBy(failure, words));
      }
      return;
    }
    await new BatchCall(command, options, members, run, end).run();
  }

  /** Those that the account's rules allow to be commanded; the others end. */
  private async allowed(indexes: readonly number[], run: DeviceRun): Promise<BatchMember<C>[]> {
    const { command, options } = this;
    const { account, devices, words, isConfirmed, origin } = options;
    const { safety } = account;
    const members: BatchMember<C>[] = [];
    for (const index of indexes) {
      let one: C | undefined;
      try {
        one = command.commandOf(devices[index]!);
        const { operation } = command;
        if (safety) await judge(safety, one.target, operation.identifiersOf(one), isConfirmed === true);
        members.push({ index, command: one });
      } catch (error) {
        const failure = asFailure(error, "not-sent");
        const invocation = one && command.operation.invocationOf(one);
        if (one && invocation)
          safety?.trail?.settled(command.operation, one, origin, undefined, invocation, failure);
        run.ended(index, endedBy(failure, words));
      }
    }
    return members;
  }

  /** What would have been sent to a device. */
  private unsent(command: C): Ended {
    const { operation } = this.command;
    const given = Object.entries(operation.parametersOf(command)).filter(([, value]) => value !== undefined);
    const result = { operation: operation.name, parameters: Object.fromEntries(given) };
    const message = this.options.words({ key: "errors.fleet-dry-run" });
    return { outcome: "not-sent", message, result, durationMs: 0 };
  }

  /** Devices with the same key may be commanded together. */
  private keyOf(device: FleetDevice, index: number): string {
    const { productKey, own } = device;
    if (own === undefined) return productKey;
    try {
      const { operation } = this.command;
      // 0.30000000000000004 of a flow is sent as 0.3, and the same digits in a text as they are.
      const kind = own instanceof OwnArgs ? JSON.stringify(own.isComputed) : typeof own;
      return `${productKey}\0${kind}\0${operation.argsOf(this.command.commandOf(device))}`;
    } catch {
      // It cannot be commanded at all, and ends by itself.
      return `\0${index}`;
    }
  }
}
