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
  readonly deviceName: string;
  readonly iotId: string;
  readonly nickname: string;
  readonly status: DeviceStatus;
  /** Made up, the same on every start. */
  readonly deviceSecret: string;
  private readonly services: Record<string, ServiceDefinition>;
  private readonly lastArgs: Record<string, JsonObject> = {};
  private readonly calls: Record<string, number> = {};

  constructor(
    readonly productKey: string,
    definition: DeviceDefinition & { status: DeviceStatus },
    private readonly expressions: ReadonlyMap<string, Evaluate>,
    private readonly now: () => number,
  ) {
    const digest = createHash("sha256").update(`${productKey}/${definition.deviceName}`);
    const made = digest.digest("base64url").replace(/[-_]/g, "0");
    this.deviceName = definition.deviceName;
    this.iotId = definition.iotId ?? `${made.slice(0, 20)}000100`;
    this.nickname = definition.nickname ?? "";
    this.status = definition.status;
    this.deviceSecret = createHash("md5").update(made).digest("hex");
    this.services = definition.services ?? {};
  }

  /** The device begins to act on `args`. `identifier` is as called, with its module. */
  act(identifier: string, service: Service, args: JsonObject): Action {
    const plan = (Object.hasOwn(this.services, identifier) ? this.services[identifier] : undefined) ?? {};
    const before = structuredClone({ lastArgs: this.lastArgs, calls: this.calls });
    this.lastArgs[identifier] = args;
    this.calls[identifier] = (this.calls[identifier] ?? 0) + 1;
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
