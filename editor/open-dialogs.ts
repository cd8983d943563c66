import type { StoredNode } from "./definition";

/** Whether the dialog of this node is on top. */
export function isOnTop(node: StoredNode): boolean {
  return RED.editor.getEditStack().at(-1) === node;
}

/** Whether the dialog of this node is open, perhaps below another one. */
export function isOpen(node: StoredNode): boolean {
  return RED.editor.getEditStack().includes(node);
}
