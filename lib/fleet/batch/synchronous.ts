import { type Failure, invalidInput } from "../../base/failure";
import { timedOut, withTimeout } from "../../base/with-timeout";
import type { ModelSource } from "../../invocation/model-source";
import type { Command } from "../../invocation/operation";
import { findService } from "../../thing-model/model";
import type { FleetCommand } from "../command";
import type { FleetDevice } from "../fleet-device";

/** A roll-out does not wait longer than this for a thing model. */
const maxWaitMs = 2000;

/** Which services answer at once, by the thing models of their products: they cannot be called in batches. */
export class SynchronousServices<C extends Command> {
  private readonly problems = new Map<string, Promise<Failure | undefined>>();

  constructor(
    private readonly command: FleetCommand<C>,
    private readonly models: ModelSource | undefined,
  ) {}

  /** Why a device cannot be commanded in a batch; undefined where it can, or where nobody knows. Never rejects. */
  problemOf(device: FleetDevice): Promise<Failure | undefined> {
    const { productKey } = device;
    let problem = this.problems.get(productKey);
    if (!problem) this.problems.set(productKey, (problem = this.find(device)));
    return problem;
  }

  /** Why none of them can be. */
  async problemOfAll(devices: readonly FleetDevice[]): Promise<Failure | undefined> {
    const products = new Map(
      devices.filter(({ problem }) => !problem).map((device) => [device.productKey, device]),
    );
    const problems = await Promise.all([...products.values()].map((device) => this.problemOf(device)));
    return problems.every((problem) => problem !== undefined) ? problems[0] : undefined;
  }

  private async find(device: FleetDevice): Promise<Failure | undefined> {
    const { models } = this;
    const { productKey, deviceName } = device;
    const service = this.command.batch.service;
    if (!models || service === undefined) return undefined;
    try {
      const model = await withTimeout(models.get({ productKey, deviceName }, service), maxWaitMs);
      if (model === timedOut || findService(model, service)?.callType !== "sync") return undefined;
    } catch {
      // Without a model, the platform says what is wrong.
      return undefined;
    }
    return invalidInput(
      { key: "errors.fleet-synchronous", params: { service, product: productKey } },
      "hints.fleet-synchronous",
    );
  }
}
