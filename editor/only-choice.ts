/**
 * The only configuration node that a list offers, to be proposed to a new node. Node-RED offers those of the flow and
 * says "none" for a new node, even where there is just one.
 * @returns its id; undefined if there are several, none, or one that is disabled or an environment variable of a subflow
 */
export function onlyChoice(list: JQuery): string | undefined {
  const [only, ...others] = list
    .find("option")
    .map((_index, option) => String($(option).val()))
    .get()
    .filter((id) => id !== "_ADD_");
  if (only === undefined || others.length > 0) return undefined;
  const node = RED.nodes.node(only) as { d?: boolean } | null | undefined;
  return node && node.d !== true ? only : undefined;
}
