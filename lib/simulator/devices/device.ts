import { createHash } from "node:crypto";
import { isObject, type JsonObject } from "../../base/json";
import type { Service } from "../../thing-model/model";
import type {
  DeviceDefinition,
  DeviceStatus,
  PostDefinition,
  PropertySetDefinition,
  ReplyTime,
  ServiceDefinition,
} from "../definition/definition";
import { drawnFor } from "../definition/random";
import { type Action, type DeviceAnswer, type DeviceCommand, setIdentifier } from "./command";
import type { Evaluate } from "./expressions";
import type { Archive } from "./history";
import { DeviceMemory } from "./memory";
import { type DeviceReply, plausibleOutputs } from "./outputs";

const nothing = { lastArgs: {}, calls: {} };
const noGroups: readonly string[] = [];
/** Limits for devices that report tags of their own. */
const maxTags = 100;
const maxTagLength = 1024;

/** A virtual device: its state, and what it does when a service is called. */
export class Device {
  status: DeviceStatus;
  /** The real device behind this one, while it is connected. */
  link?: DeviceAnswer;
  /** When it last went online or offline, in UTC milliseconds; 0 if never. */
  lastSeen = 0;
  /** How many replies to property sets were forwarded. */
  setReplies = 0;
  /** Once it was asked for: few of the devices of a sample ever are. */
  private madeIotId: string | undefined;
  private known: DeviceMemory | undefined;
  /** By key, once the device has reported some; else those of the definition count. */
  private reportedTags: Map<string, string> | undefined;
  private past: { lastArgs: Record<string, JsonObject>; calls: Record<string, number> } | undefined;

  constructor(
    readonly productKey: string,
    private readonly definition: DeviceDefinition & { status: DeviceStatus },
    private readonly expressions: ReadonlyMap<string, Evaluate>,
    private readonly now: () => number,
    private readonly archive: Archive,
    /** Determines random delays. */
    private readonly seed = 1,
  ) {
    this.status = definition.status;
  }

  get deviceName(): string {
    return this.definition.deviceName;
  }

  get nickname(): string {
    return this.definition.nickname ?? "";
  }

  get posts(): readonly PostDefinition[] {
    return this.definition.posts ?? [];
  }

  /** Made when it is first needed: a sample has 10,000 devices. */
  get memory(): DeviceMemory {
    return (this.known ??= new DeviceMemory(this.archive));
  }

  /** What it has reported before the start. */
  get properties(): JsonObject | undefined {
    return this.definition.properties;
  }

  get propertySet(): PropertySetDefinition {
    return this.definition.propertySet ?? {};
  }

  get togglesEveryMs(): number | undefined {
    return this.definition.togglesEveryMs;
  }

  /** The ids of the static groups to which it belongs. */
  get staticGroups(): readonly string[] {
    return this.definition.groups ?? noGroups;
  }

  /** The value of a tag; undefined if it has no such tag. */
  tag(key: string): string | undefined {
    if (this.reportedTags) return this.reportedTags.get(key);
    const { tags } = this.definition;
    return tags && Object.hasOwn(tags, key) ? tags[key] : undefined;
  }

  /** Adds a tag or replaces its value; without a value, removes it. One that is too long is ignored. */
  setTag(key: string, value: string | undefined): void {
    if (key.length > maxTagLength || (value?.length ?? 0) > maxTagLength) return;
    this.reportedTags ??= new Map(Object.entries(this.definition.tags ?? {}));
    if (value === undefined) this.reportedTags.delete(key);
    else if (this.reportedTags.has(key) || this.reportedTags.size < maxTags)
      this.reportedTags.set(key, value);
  }

  /** Generated if the definition has none; the same on every start. */
  get iotId(): string {
    return (this.madeIotId ??= this.definition.iotId ?? `${this.digest().slice(0, 20)}000100`);
  }

  /** Generated if the definition has none; the same on every start. */
  get deviceSecret(): string {
    return this.definition.deviceSecret ?? createHash("md5").update(this.digest()).digest("hex");
  }

  private digest(): string {
    const digest = createHash("sha256").update(`${this.productKey}/${this.deviceName}`);
    return digest.digest("base64url").replace(/[-_]/g, "0");
  }

  /** The device begins to act on `args`. The command is sent to a real device; a virtual one simulates it. */
  act(command: DeviceCommand): Action {
    const { identifier, service, args } = command;
    if (this.link) {
      const answer = this.link.invoke(command);
      return { delayMs: 0, reply: () => answer, isReal: true };
    }
    const plan = this.plan(identifier);
    const past = (this.past ??= { lastArgs: {}, calls: {} });
    // Only an expression sees it.
    const before = typeof plan.data === "string" ? structuredClone(past) : nothing;
    past.lastArgs[identifier] = args;
    past.calls[identifier] = (past.calls[identifier] ?? 0) + 1;
    return {
      delayMs: this.delayOf(identifier),
      reply: () => this.reply(plan, service, args, before),
      isReal: false,
    };
  }

  /** What the definition says about a service; empty if nothing. */
  plan(identifier: string): ServiceDefinition {
    if (identifier === setIdentifier) {
      const { post: _post, reply: _reply, ...plan } = this.propertySet;
      return plan;
    }
    const { services = {} } = this.definition;
    return (Object.hasOwn(services, identifier) ? services[identifier] : undefined) ?? {};
  }

  /** How long it takes over the call that came last, in ms: the same on every start where it is random. */
  delayOf(identifier: string): number {
    const { delayMs = 0, maxDelayMs = delayMs } = this.plan(identifier);
    if (maxDelayMs <= delayMs) return delayMs;
    const call = `${this.productKey}/${this.deviceName}/${identifier}/${this.past?.calls[identifier] ?? 0}`;
    return delayMs + Math.floor(drawnFor(this.seed, call) * (maxDelayMs - delayMs + 1));
  }

  replyTime(identifier: string): ReplyTime {
    return this.link ? "after" : (this.plan(identifier).reply ?? "after");
  }

  /** Whether an asynchronous call succeeds while the device is offline, and is replied to with 9201. */
  repliesOffline(identifier: string): boolean {
    return this.plan(identifier).offlineReply ?? this.definition.offlineReply ?? false;
  }

  /**
   * Values of a definition: unchanged, or the result of the expression over `{ args, device, time }`.
   * @throws {Error} where the expression fails, takes too long, or gives no object
   */
  async evaluate(
    data: JsonObject | string,
    args: JsonObject,
    { before, time }: { before?: object; time?: number } = {},
  ): Promise<JsonObject> {
    const result = typeof data === "string" ? await this.run(data, args, before, time) : data;
    if (isObject(result)) return result;
    throw new Error("it did not give an object");
  }

  private async run(
    text: string,
    args: JsonObject,
    before: object = this.past ?? nothing,
    time = this.now(),
  ): Promise<unknown> {
    const { productKey, deviceName, iotId, nickname, status } = this;
    const device = { productKey, deviceName, iotId, nickname, status, ...before };
    return this.expressions.get(text)?.({ args, device, time });
  }

  private async reply(
    plan: ServiceDefinition,
    service: Service,
    args: JsonObject,
    before: object,
  ): Promise<DeviceReply> {
    const { code = 200, bare = false } = plan;
    const message = plan.message ?? (code === 200 ? "success" : "the device refused");
    try {
      return { code, message, data: await this.outputs(plan, service, args, before), bare };
    } catch (error) {
      const reason = String((error as { message?: unknown }).message);
      return {
        code: 400,
        message: `the expression of ${service.identifier} failed: ${reason}`,
        data: {},
        bare: false,
      };
    }
  }

  private async outputs(
    plan: ServiceDefinition,
    service: Service,
    args: JsonObject,
    before: object,
  ): Promise<unknown> {
    const { code = 200, data } = plan;
    if (data === undefined) return code === 200 ? plausibleOutputs(service.outputs, this.now()) : {};
    if (plan.bare && typeof data === "string") return (await this.run(data, args, before)) ?? null;
    return this.evaluate(data, args, { before });
  }
}
