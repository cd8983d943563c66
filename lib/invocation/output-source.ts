import type { Parameter } from "../thing-model/model";
import type { Target } from "./inputs";

/** Where the types of results come from: the thing models of an account. */
export interface OutputSource {
  /**
   * The outputs of a service as far as they are known now. Where they are not, they are looked up, so that it pays to
   * ask again, in the background and without reporting failures. Never throws.
   * @param service identifier, or `module:identifier`
   */
  known(target: Target, service: string): readonly Parameter[] | undefined;
}
