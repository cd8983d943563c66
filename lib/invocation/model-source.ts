import { findService, type Parameter, type ThingModel } from "../thing-model/model";
import type { Target } from "./inputs";

/** The thing models of an account, as a command asks for them: by its target and its service. */
export interface ModelSource {
  /**
   * The model if it is loaded. If not, it is loaded in the background for a later call; errors are not reported. Never
   * throws.
   * @param service identifier, or `module:identifier`
   */
  kept(target: Target, service: string): ThingModel | undefined;
  /** @throws {Failure} where it cannot be read, or is none */
  get(target: Target, service: string): Promise<ThingModel>;
  /**
   * Reads the model again, because the cached one may be out of date.
   * @throws {Failure} where there is none at all
   */
  renew(target: Target, service: string): Promise<ThingModel>;
}

/** What a service gives back, as far as that is known now; undefined where it is not. Never throws. */
export function knownOutputs(
  models: ModelSource | undefined,
  target: Target,
  service: string,
): readonly Parameter[] | undefined {
  const model = models?.kept(target, service);
  if (!models || !model) return undefined;
  const found = findService(model, service);
  // The service may have been added after the model was read.
  if (!found) models.renew(target, service).catch(() => undefined);
  return found?.outputs;
}
