import type { ComputedParts } from "../thing-model/encode";
import type { Parameter } from "../thing-model/model";
import type { Target } from "./inputs";

/** A call of a service as a flow asks for it. */
export interface ServiceCall {
  target: Target;
  /** Identifier, or `module:identifier`. */
  service: string;
  /** JSON text of one object. */
  args: string;
  /** The numbers in `args`, or in parts of them, are JavaScript's, with its rounding. */
  areArgsComputed?: boolean | ComputedParts;
  /** What the service gives back by the thing model, where the call was checked against one. */
  outputs?: readonly Parameter[] | undefined;
}
