import type { Node } from "node-red";
import type { CancelSignal } from "../../lib/base/cancellation";
import { Failure, type Text } from "../../lib/base/failure";
import { Batch } from "../../lib/fleet/batch/batch";
import { withKnownNames } from "../../lib/fleet/batch/known-devices";
import { type FleetCommand, propertyFleetCommand, serviceCommand } from "../../lib/fleet/command";
import type { Words } from "../../lib/fleet/ended";
import type { FleetDevice } from "../../lib/fleet/fleet-device";
import type { FleetOptions } from "../../lib/fleet/fleet-options";
import { withOwnArgs } from "../../lib/fleet/own-args";
import type { RollOutSettings } from "../../lib/fleet/roll-out";
import { Single } from "../../lib/fleet/single";
import type { Strategy } from "../../lib/fleet/strategy";
import { knownOf } from "../../lib/fleet/targets/known";
import { onlineOf } from "../../lib/fleet/targets/online";
import { ArgsCheck, readCheckMode } from "../../lib/invocation/args-check";
import type { Origin } from "../../lib/invocation/audit-trail";
import type { Command } from "../../lib/invocation/operation";
import { PropertyCheck } from "../../lib/invocation/property-check";
import type { UsableAccount } from "../common/account-node";
import type { AwaitedReply } from "../common/awaited-replies";
import { failureText } from "../common/outcome";
import { readTimeout } from "../common/quota";
import type { Translate } from "../common/texts";
import type { FleetSettings } from "../defaults/fleet";
import { type FleetOrder, unsupported } from "./fleet-fields";

/** What the command of one message is made from. */
interface FleetRequest {
  order: FleetOrder;
  devices: readonly FleetDevice[];
  account: UsableAccount;
  /** Undefined where no reply is awaited. */
  awaited: AwaitedReply | undefined;
  origin: Origin | undefined;
  isConfirmed: boolean;
}

/** Turns what a message asks for into the strategy that commands its devices. */
export class FleetCommands {
  private readonly args: ArgsCheck;
  private readonly items: PropertyCheck;

  constructor(
    node: Node,
    private readonly config: FleetSettings,
    private readonly translate: Translate,
  ) {
    const mode = readCheckMode(config.check);
    const warn = (text: Text): void => node.warn(translate(text));
    const describe = (error: unknown): string => failureText(error, translate);
    this.args = new ArgsCheck(mode, warn, describe);
    this.items = new PropertyCheck(mode, warn, describe);
  }

  /**
   * How the devices are commanded.
   * @throws {Failure} where none of them can be
   */
  async strategy(request: FleetRequest): Promise<Strategy> {
    const { service, shared } = request.order;
    const { messages } = request.awaited ?? {};
    if (shared instanceof Failure && request.devices.some(needsShared)) throw shared;
    if (service === undefined) {
      return this.strategyOf(propertyFleetCommand(shared, this.items), request, messages?.sets);
    }
    return this.strategyOf(serviceCommand(service, shared, this.args), request, messages?.source);
  }

  /**
   * The devices with args of their own written out; for batches, a device of a list that the platform does not know has a
   * problem.
   * @throws {Failure} where it cannot be found out which devices exist
   */
  async usable(
    found: readonly FleetDevice[],
    { service }: FleetOrder,
    { targets }: UsableAccount,
    isList: boolean,
    signal: CancelSignal,
  ): Promise<FleetDevice[]> {
    const devices = await withOwnArgs(found, service === undefined ? "items" : "args");
    if (this.config.strategy !== "batch" || !isList) return devices;
    return withKnownNames(devices, (some, until) => knownOf(some, targets, until), signal);
  }

  /**
   * Tells which devices are online, where others are skipped.
   * @throws {Failure} `invalid-input`
   */
  online({ targets }: UsableAccount): RollOutSettings["online"] {
    const { offline } = this.config;
    if (offline !== "try" && offline !== "skip")
      throw unsupported("errors.field-offline", offline, "try, skip");
    return offline === "skip" ? (some, signal) => onlineOf(some, targets, signal) : undefined;
  }

  private async strategyOf<C extends Command>(
    command: FleetCommand<C>,
    request: FleetRequest,
    replies: ConstructorParameters<typeof Single<C>>[1]["replies"],
  ): Promise<Strategy> {
    const { strategy, delivery, timeout } = this.config;
    const { account, devices, awaited, origin, isConfirmed } = request;
    const words: Words = this.translate;
    const options: FleetOptions<C> = {
      account: { ...account, governor: account.governor.background },
      devices,
      words,
      delivery: delivery === "at-least-once" ? "at-least-once" : "at-most-once",
      origin,
      isConfirmed,
      timeout: readTimeout(timeout, account.timeout / 1000),
      replyTimeout: awaited?.replyTimeout,
    };
    if (strategy === "single") return new Single(command, { ...options, replies });
    if (strategy !== "batch") throw unsupported("errors.field-strategy", strategy, "single, batch");
    const batch = new Batch(command, {
      ...options,
      limits: account.batches,
      replies: awaited?.messages.byDevice,
    });
    const problem = await batch.problemOfAll();
    if (problem) throw problem;
    return batch;
  }
}

/** Whether a device is sent what all are sent. */
function needsShared({ own, problem }: FleetDevice): boolean {
  return own === undefined && problem === undefined;
}
