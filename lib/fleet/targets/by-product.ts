import type { FleetDevice } from "../fleet-device";

/** The positions of devices by their products, in the order of the first device of each; without those that have a problem. */
export function byProduct(devices: readonly FleetDevice[]): Map<string, number[]> {
  const products = new Map<string, number[]>();
  for (const [at, { productKey, problem }] of devices.entries()) {
    if (problem) continue;
    const positions = products.get(productKey);
    if (positions) positions.push(at);
    else products.set(productKey, [at]);
  }
  return products;
}
