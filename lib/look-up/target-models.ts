import { moduleIdOf, type ThingModel } from "../thing-model/model";
import type { Catalog } from "./catalog";
import type { ThingModels } from "./models";

interface Target {
  productKey?: string | undefined;
  iotId?: string | undefined;
}

/** The thing models of an account, found by a device and a service (identifier, or `module:identifier`). */
export class TargetModels {
  constructor(
    private readonly catalog: Pick<Catalog, "keptProductKey" | "productKeyOf">,
    private readonly models: Pick<ThingModels, "kept" | "get" | "renew"> &
      Partial<Pick<ThingModels, "modulesOf">>,
  ) {}

  /** The cached model; if there is none, it is loaded in the background. Cheap enough to be asked by every call. */
  kept(target: Target, service: string): ThingModel | undefined {
    const productKey = target.productKey ?? this.catalog.keptProductKey(target.iotId ?? "");
    return productKey === undefined ? undefined : this.models.kept(productKey, moduleIdOf(service));
  }

  /** The ids of the custom modules of a device that are known; see `ThingModels`. */
  modulesOf(target: Target): string[] {
    const productKey = target.productKey ?? this.catalog.keptProductKey(target.iotId ?? "");
    return (productKey === undefined ? undefined : this.models.modulesOf?.(productKey)) ?? [];
  }

  /** @throws {Failure} */
  get(target: Target, service: string): Promise<ThingModel> {
    return this.read("get", target, service);
  }

  /** @throws {Failure} */
  renew(target: Target, service: string): Promise<ThingModel> {
    return this.read("renew", target, service);
  }

  private async read(how: "get" | "renew", target: Target, service: string): Promise<ThingModel> {
    const productKey = target.productKey ?? (await this.catalog.productKeyOf(target.iotId ?? ""));
    return this.models[how](productKey, moduleIdOf(service));
  }
}
