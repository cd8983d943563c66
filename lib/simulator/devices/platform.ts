import { createHash, randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { abortable } from "../../base/abortable";
import type { JsonObject } from "../../base/json";
import { type timedOut, withTimeout } from "../../base/with-timeout";
import type { Service } from "../../thing-model/model";
import type { ChoicesDefinition } from "../definition/choices";
import type { ReadDefinition, ReadProduct } from "../definition/definition";
import type { Action, DeviceCommand } from "./command";
import { Device } from "./device";
import { createGroups, type DeviceGroup } from "./device-groups";
import { compileExpressions, type Evaluate } from "./expressions";
import { Archive } from "./history";
import type { PropertySet } from "./kept-sets";
import { textOf } from "./memory";
import { type DeviceReply, resultText } from "./outputs";
import { SlidingSecond } from "./sliding-second";
import { Timers } from "./timers";

/** A command that a device carried out, recorded at the moment when it acts. */
export interface Execution {
  productKey: string;
  deviceName: string;
  /** Identifier as called, with its module if there was one; `set` where properties were set. */
  service: string;
  args: JsonObject;
  messageId: string;
  /** UTC milliseconds. */
  at: number;
}

export interface Product extends Omit<ReadProduct, "devices"> {
  /** Generated; the same on every start. */
  productSecret: string;
  devices: Device[];
  /** By `DeviceName`. */
  device(deviceName: string): Device | undefined;
}

/** Takes the platform's messages for its subscribers. */
interface OutletState {
  /** `since` in UTC milliseconds. */
  connections: { clientId: string; since: number }[];
  /** Messages that nobody has acknowledged. */
  waiting: number;
  later: number;
  unsettled: number;
}

export interface MessageOutlet {
  /** While it is closed, messages are dropped, since nobody could fetch them. */
  readonly isOpen: boolean;
  readonly consumerGroups: readonly string[];
  /** What a group holds, and who is connected to it; undefined where there is no such group. */
  stateOf(consumerGroupId: string): OutletState | undefined;
  /**
   * Resolves when every group has acknowledged or dropped the message; at once if nobody can fetch it.
   * @param payload bytes, or a value to be written as JSON
   */
  publish(topic: string, payload: unknown): Promise<void>;
}

/** How many of the oldest executions are dropped at once. */
const droppedAtOnce = 1000;

/** The products, the devices and their history: all state behind the operations. */
export class Platform {
  readonly executions: Execution[] = [];
  readonly products: readonly Product[];
  readonly groups: readonly DeviceGroup[];
  /** How it behaves where the behaviour of the platform is not known. */
  readonly choices: Required<ChoicesDefinition>;
  private readonly byProductKey: ReadonlyMap<string, Product>;
  private byIotId: ReadonlyMap<string, Device> | undefined;
  readonly instanceId: string;
  /** Called whenever a device begins to act. */
  onAct: ((device: Device, identifier: string, args: JsonObject, delayMs: number) => void) | undefined;
  /** Sends properties to a device. Resolves with the id of the message when the call may be answered. */
  setProperties: (device: Device, set: PropertySet) => Promise<string> = () => Promise.reject(new Error());
  /** Called before values of a device are read; `past`: its histories. */
  beforeRead: (device: Device, what: "present" | "past") => Promise<void> = () => Promise.resolve();
  /** UTC milliseconds. */
  readonly startedAt: number;
  /** See the options of the simulator. */
  laterStart: readonly string[] | undefined;
  private lastMessageId = randomInt(1_000_000_000, 2_000_000_000);
  private readonly keptExecutions: number;
  /** Commands a second to one device. */
  private readonly deviceLimit: number;
  private readonly commands = new Map<Device, SlidingSecond>();
  private readonly timers: Timers;
  private lastInput: { args: JsonObject; text: string } | undefined;

  private constructor(
    definition: ReadDefinition,
    expressions: Map<string, Evaluate>,
    readonly now: () => number,
    /** How long a synchronous call waits for the device, in ms (docs/protocol.md, 1.4: 8 s). */
    readonly syncLimitMs: number,
    private readonly closing: AbortSignal,
    readonly subscription: MessageOutlet,
  ) {
    this.instanceId = definition.instanceId;
    this.startedAt = now();
    this.choices = definition.choices;
    this.keptExecutions = definition.keptExecutions;
    this.deviceLimit = definition.limits.toOneDevice;
    this.timers = new Timers(closing);
    const archive = new Archive();
    this.products = definition.products.map((product) => {
      const devices = product.devices.map(
        (device) => new Device(product.productKey, device, expressions, now, archive, definition.seed),
      );
      let byName: Map<string, Device> | undefined;
      return {
        ...product,
        productSecret: createHash("sha256").update(product.productKey).digest("hex").slice(0, 16),
        devices,
        device: (deviceName) => {
          byName ??= new Map(devices.map((device) => [device.deviceName, device]));
          return byName.get(deviceName);
        },
      };
    });
    this.byProductKey = new Map(this.products.map((product) => [product.productKey, product]));
    this.groups = createGroups(definition.groups, () => this.devices());
  }

  /** @throws {SimulatorInputError} if an expression of the definition is invalid */
  static create(
    definition: ReadDefinition,
    options: { now: () => number; syncLimitMs: number; closing: AbortSignal; subscription: MessageOutlet },
  ): Platform {
    const { now, syncLimitMs, closing, subscription } = options;
    const expressions = compileExpressions(definition, closing);
    return new Platform(definition, expressions, now, syncLimitMs, closing, subscription);
  }

  product(productKey: string | undefined): Product | undefined {
    return this.byProductKey.get(productKey ?? "");
  }

  device(productKey: string | undefined, deviceName: string | undefined): Device | undefined {
    return this.product(productKey)?.device(deviceName ?? "");
  }

  /** All devices, in the order of the file. */
  devices(): Device[] {
    return this.products.flatMap((product) => product.devices);
  }

  deviceByIotId(iotId: string): Device | undefined {
    const devices = this.byIotId ? [] : this.devices();
    this.byIotId ??= new Map(devices.map((device) => [device.iotId, device]));
    return this.byIotId.get(iotId);
  }

  /** Whether a device has had as many commands in the last second as it may get. */
  isBusy(device: Device): boolean {
    if (this.deviceLimit === Infinity) return false;
    return (this.commands.get(device)?.count(this.now()) ?? 0) >= this.deviceLimit;
  }

  /** The device acts now and answers later. */
  act(
    device: Device,
    identifier: string,
    service: Service,
    args: JsonObject,
    written?: JsonObject,
    { messageId = this.newMessageId(), qos = 0 }: Partial<Pick<DeviceCommand, "messageId" | "qos">> = {},
  ): Action & { messageId: string } {
    const at = this.now();
    this.executed({ device, identifier, args, messageId, at });
    const command: DeviceCommand = { messageId, identifier, service, args, qos };
    if (written) command.written = written;
    const action = device.act(command);
    this.onAct?.(device, identifier, args, action.delayMs);
    const reply = async (): Promise<DeviceReply> => {
      const answer = await action.reply();
      const text = resultText(answer, service.outputs, messageId);
      const input = this.inputText(written ?? args);
      device.memory.called({ time: at, identifier, name: service.name, input, text });
      return answer;
    };
    return { ...action, reply, messageId };
  }

  /** The devices of a batch have the same args, and share their text. */
  private inputText(args: JsonObject): string {
    if (this.lastInput?.args !== args) this.lastInput = { args, text: textOf(args) };
    return this.lastInput.text;
  }

  /** Records what a device does. */
  executed(execution: {
    device: Device;
    identifier: string;
    args: JsonObject;
    messageId: string;
    at?: number;
  }): void {
    const { device, identifier: service, args, messageId, at = this.now() } = execution;
    const { productKey, deviceName } = device;
    this.executions.push({ productKey, deviceName, service, args, messageId, at });
    const excess = this.executions.length - this.keptExecutions;
    if (excess >= droppedAtOnce) this.executions.splice(0, excess);
    if (this.deviceLimit < Infinity) this.count(device);
  }

  private count(device: Device): void {
    let second = this.commands.get(device);
    if (!second) this.commands.set(device, (second = new SlidingSecond()));
    second.add(this.now());
  }

  /** Id of the next command to a device: digits. */
  newMessageId(): string {
    this.lastMessageId += 1;
    return String(this.lastMessageId);
  }

  /** Does something later, unless the simulator is closed first. Failures are ignored. */
  later(milliseconds: number, act: () => Promise<void>): void {
    this.timers.after(milliseconds, act);
  }

  /** The result of `answer` within the time of a synchronous call. Rejects when the simulator closes. */
  inSyncLimit<T>(answer: Promise<T>): Promise<T | typeof timedOut> {
    return abortable(withTimeout(answer, this.syncLimitMs), this.closing);
  }

  /** Rejects when the simulator closes. */
  async wait(milliseconds: number): Promise<void> {
    if (milliseconds > 0) await sleep(milliseconds, undefined, { signal: this.closing });
  }
}
