import type { Failure } from "../base/failure";
import type { Parameters } from "../cloud/client";
import {
  type Account,
  type CommandCheck,
  invoke,
  type InvokeOptions,
  setProperties,
  type Settled,
} from "../invocation/invoke";
import type { Command, Operation } from "../invocation/operation";
import { type PropertyCommand, propertyOperation } from "../invocation/property-operation";
import { noVersions } from "../invocation/property-versions";
import type { ServiceCall } from "../invocation/service-call";
import { serviceOperation } from "../invocation/service-operation";
import type { FleetDevice } from "./fleet-device";
import { OwnArgs, type WrittenArgs } from "./own-args";

/** What is commanded to the devices of a fleet: a service with its args, or properties with their values. */
export interface FleetCommand<C extends Command> {
  readonly operation: Operation<C>;
  /**
   * The command for one device, with args of its own where it has some.
   * @throws {Failure} `invalid-input`
   */
  commandOf(device: FleetDevice): C;
  /** The same command for another device. */
  forDevice(command: C, device: FleetDevice): C;
  /** Takes a command for one device to its outcome. */
  carryOut(account: Account, command: C, options: InvokeOptions<C>): Promise<Settled>;
  readonly check: CommandCheck<C>;
  /** How the command is sent to many devices in one call. */
  readonly batch: BatchCommand<C>;
}

/** The operations of the platform's API that reach many devices. */
export type BatchAction = "InvokeThingsService" | "SetDevicesProperty";

interface BatchCommand<C extends Command> {
  readonly action: BatchAction;
  /** All but the devices. */
  parametersOf(command: C): Parameters;
  /** What a device's reply answers: the service, or `property/set`. */
  readonly answered: string;
  /** The service, to look up in the thing model whether it can be called in this way; undefined for properties. */
  readonly service: string | undefined;
}

/** What devices without args or items of their own are sent, or why it cannot be read. */
type Shared = WrittenArgs | Failure | undefined;

/** @param shared args of devices without args of their own */
export function serviceCommand(
  service: string,
  shared: Shared,
  check: CommandCheck<ServiceCall>,
): FleetCommand<ServiceCall> {
  return {
    operation: serviceOperation,
    check,
    commandOf(device) {
      const { text, isComputed } = argsOf(device, shared);
      return { target: targetOf(device), service, args: text, areArgsComputed: isComputed };
    },
    forDevice: (call, device) => ({ ...call, target: targetOf(device) }),
    carryOut: invoke,
    batch: {
      action: "InvokeThingsService",
      parametersOf: ({ args }) => ({ Identifier: service, Args: args }),
      answered: service,
      service,
    },
  };
}

/** @param shared items of devices without items of their own */
export function propertyFleetCommand(
  shared: Shared,
  check: CommandCheck<PropertyCommand>,
): FleetCommand<PropertyCommand> {
  const fixed = { mode: "now", qos: 0, versions: noVersions } as const;
  return {
    operation: propertyOperation(fixed),
    check,
    commandOf(device) {
      const { text, names = [], isComputed } = argsOf(device, shared);
      return { target: targetOf(device), items: text, names, areItemsComputed: isComputed, ...fixed };
    },
    forDevice: (command, device) => ({ ...command, target: targetOf(device) }),
    carryOut: setProperties,
    batch: {
      action: "SetDevicesProperty",
      parametersOf: ({ items }) => ({ Items: items }),
      answered: "property/set",
      service: undefined,
    },
  };
}

function targetOf({ productKey, deviceName }: FleetDevice): { productKey: string; deviceName: string } {
  return { productKey, deviceName };
}

function argsOf({ own, deviceName }: FleetDevice, shared: Shared): WrittenArgs {
  if (own instanceof OwnArgs) return own;
  if (shared instanceof Error) throw shared;
  if (own === undefined && shared) return shared;
  throw new Error(`What ${deviceName} is sent has not been written out.`);
}
