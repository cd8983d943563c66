import { foldJson, isJson } from "../../editor/raw-json";

/**
 * An example of a list of devices, as JSON text: a name, and an entry with args or values of its own.
 * @param own example of these, as JSON text; undefined while the thing model is not known
 * @param hasProduct whether the dialog names the product; otherwise the entries do
 */
export function listExample(own: string | undefined, hasProduct: boolean): string {
  const args = own !== undefined && isJson(own) ? foldJson(own) : '{"Level": 80.0}';
  const product = hasProduct ? "" : '"productKey": "a1BwAGV0001", ';
  const first = hasProduct ? '"light01"' : `{${product}"deviceName": "light01"}`;
  return `[\n  ${first},\n  {${product}"deviceName": "light02", "args": ${args}}\n]`;
}
