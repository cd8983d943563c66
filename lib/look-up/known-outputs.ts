import { findService, moduleIdOf, type Parameter } from "../thing-model/model";
import type { Catalog } from "./catalog";
import type { ThingModels } from "./models";

/** The outputs of services by the thing models that an account has, or will have soon. */
export class KnownOutputs {
  constructor(
    private readonly catalog: Pick<Catalog, "keptProductKey">,
    private readonly models: Pick<ThingModels, "kept" | "renew">,
  ) {}

  /**
   * What is known now; what is not is looked up in the background, seldom enough for a call to ask each time.
   * @param service identifier, or `module:identifier`
   */
  known(
    target: { productKey?: string | undefined; iotId?: string | undefined },
    service: string,
  ): readonly Parameter[] | undefined {
    const productKey = target.productKey ?? this.catalog.keptProductKey(target.iotId ?? "");
    if (productKey === undefined) return undefined;
    const moduleId = moduleIdOf(service);
    const model = this.models.kept(productKey, moduleId);
    if (!model) return undefined;
    const found = findService(model, service);
    // The service may be younger than the model.
    if (!found) this.models.renew(productKey, moduleId).catch(() => undefined);
    return found?.outputs;
  }
}
