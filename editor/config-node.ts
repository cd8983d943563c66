import { definitionOf, type StoredNode } from "./definition";

/**
 * Adds a configuration node as its own dialog would, and chooses it in the dialog that is open.
 * @param select the list of configuration nodes
 * @param properties what differs from the defaults
 */
export function addConfigNode(select: JQuery, type: string, properties: Record<string, unknown>): void {
  const id = RED.nodes.id();
  const node = { id, type, users: [], changed: true, valid: true } as unknown as StoredNode;
  const definition = definitionOf(node) as ReturnType<typeof definitionOf> & {
    _: StoredNode["_"];
    label: unknown;
  };
  // The published types take the id of a tab for an object.
  const tab = RED.workspaces.active() as unknown as string;
  const subflow = RED.nodes.subflow(tab) as { id: string } | null | undefined;
  for (const [name, { value }] of Object.entries(definition.defaults)) node[name] = value;
  Object.assign(node, properties, {
    z: subflow?.id,
    _def: definition,
    _: definition._,
    label: definition.label,
  });
  RED.history.push({ t: "add", nodes: [id], dirty: RED.nodes.dirty() } as never);
  RED.nodes.add(node);
  RED.nodes.dirty(true);
  const label = RED.utils.getNodeLabel(node as never, id);
  $("<option></option>").val(id).text(label).prependTo(select);
  select.val(id).trigger("change");
}

/** The ids of the configuration nodes of a type. */
export function configNodesOf(type: string): StoredNode[] {
  const found: StoredNode[] = [];
  RED.nodes.eachConfig((node) => {
    if ((node as unknown as StoredNode).type === type) found.push(node as unknown as StoredNode);
    return true;
  });
  return found;
}
