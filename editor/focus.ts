import type { StoredNode } from "./definition";
import { isOnTop, isOpen } from "./open-dialogs";

/**
 * Puts the focus back where it was when a dialog above this one is closed, such as that of an account. The editor takes
 * the dialog below out of the page meanwhile, and the focus is lost.
 */
export function keepFocus(node: StoredNode, form: JQuery): void {
  let last: Element | undefined;
  const follow = (): void => {
    if (isOnTop(node)) $(last ?? []).trigger("focus");
    else if (!isOpen(node)) RED.events.off("editor:change", follow);
  };
  form.on("focusin", ({ target }) => {
    last = target as Element;
  });
  RED.events.on("editor:change", follow);
}
