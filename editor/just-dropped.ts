/** The ids of nodes that were dropped on the canvas, and whose dialog nobody has confirmed yet. */
const dropped = new Set<string>();
let isFollowing = false;

/**
 * To be called when the editor adds a node to the canvas. It calls before it holds one that was dropped, or chosen from
 * the list of nodes, but after it holds one that was pasted or imported, which came as somebody saved it.
 */
export function noteAdded({ id }: { readonly id: string }): void {
  if (RED.nodes.node(id)) return;
  dropped.add(id);
  if (!isFollowing) RED.events.on("deploy", () => dropped.clear());
  isFollowing = true;
}

/** The node's dialog was confirmed: what it holds now is the user's choice. */
export function noteConfirmed({ id }: { readonly id: string }): void {
  dropped.delete(id);
}

/** Whether a node was just dropped on the canvas: neither was its dialog confirmed nor the flow deployed since. */
export function isJustDropped({ id }: { readonly id: string }): boolean {
  return dropped.has(id);
}
