import { createHash } from "node:crypto";
import type { Service } from "../thing-model/model.js";
import type { JsonObject } from "./checks.js";
import type { DeviceDefinition, DeviceStatus, ServiceDefinition } from "./definition.js";
import type { Evaluate } from "./expressions.js";
import { plausibleOutputs, type DeviceReply } from "./outputs.js";

/** A device that has begun to act: when it will answer, and what. */
export interface Action {
  delayMs: number;
  /** To be called once `delayMs` have passed. Never rejects. */
  reply(): Promise<DeviceReply>;
}

/** A virtual device: what is known of it, and what it does when a service is called. */
export class Device {
  private past: { lastArgs: Record<string, JsonObject>; calls: Record<string, number> } | undefined;

  constructor(
    readonly productKey: string,
    private readonly definition: DeviceDefinition & { status: DeviceStatus },
    private readonly expressions: ReadonlyMap<string, Evaluate>,
    private readonly now: () => number,
  ) {}

  get deviceName(): string {
    return this.definition.deviceName;
  }

  get nickname(): string {
    return this.definition.nickname ?? "";
  }

  get status(): DeviceStatus {
    return this.definition.status;
  }

  /** Made up where the definition has none, the same on every start. */
  get iotId(): string {
    return this.definition.iotId ?? `${this.digest().slice(0, 20)}000100`;
  }

  /** Made up, the same on every start. */
  get deviceSecret(): string {
    return createHash("md5").update(this.digest()).digest("hex");
  }

  /** Not kept: a sample has 10,000 devices, and few of them are ever looked at. */
  private digest(): string {
    const digest = createHash("sha256").update(`${this.productKey}/${this.deviceName}`);
    return digest.digest("base64url").replace(/[-_]/g, "0");
  }

  /** The device begins to act on `args`. `identifier` is as called, with its module. */
  act(identifier: string, service: Service, args: JsonObject): Action {
    const { services = {} } = this.definition;
    const plan = (Object.hasOwn(services, identifier) ? services[identifier] : undefined) ?? {};
    const past = (this.past ??= { lastArgs: {}, calls: {} });
    const before = structuredClone(past);
    past.lastArgs[identifier] = args;
    past.calls[identifier] = (past.calls[identifier] ?? 0) + 1;
    return { delayMs: plan.delayMs ?? 0, reply: () => this.reply(plan, service, args, before) };
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
    if (typeof data !== "string") return data;
    const { productKey, deviceName, iotId, nickname, status } = this;
    const device = { productKey, deviceName, iotId, nickname, status, ...before };
    const result = await this.expressions.get(data)?.({ args, device });
    if (typeof result === "object" && result !== null && !Array.isArray(result)) return result;
    if (plan.bare) return result ?? null;
    throw new Error("it did not give an object");
  }
}
