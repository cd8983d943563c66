import type { SimulatorDefinition } from "../../lib/simulator/definition/definition";
import { sampleDefinition } from "../../lib/simulator/sample/sample";

const large = ["a1StreetLt1", "a1PlantCtl1"];

/** The simulator's sample without its large products, whose reading would take most of the time of a short test. */
export const smallSample: SimulatorDefinition = withoutLarge(sampleDefinition());

function withoutLarge({ products = [], ...rest }: SimulatorDefinition): SimulatorDefinition {
  return { ...rest, products: products.filter(({ productKey }) => !large.includes(productKey)) };
}
