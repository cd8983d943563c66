import { foldJson, isJson } from "../../editor/raw-json";

/**
 * An example of a list of devices, as JSON text: a name, and an entry with args or values of its own.
 * @param own example of these, as JSON text; undefined while the thing model is not known
 * @param hasProduct whether the dialog names the product; otherwise the entries do
 */
export function listExample(own: string | undefined, hasProduct: boolean): string {
  const args = own !== undefined && isJson(own) ? foldJson(own) : '{"Level": 80.0}';
  const entry = (deviceName: string, ...more: string[]): string => {
    const product = hasProduct ? [] : ['"productKey": "a1BwAGV0001"'];
    return `{ ${[...product, `"deviceName": "${deviceName}"`, ...more].join(",\n    ")} }`;
  };
  const first = hasProduct ? '"device01"' : entry("device01");
  // A service without inputs has no args to be written.
  const second = args === "{}" ? entry("device02") : entry("device02", `"args": ${args}`);
  return `[\n  ${first},\n  ${second}\n]`;
}
