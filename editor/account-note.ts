import type { StoredNode } from "./definition";
import { configNode, isOpen, prefixOf } from "./form";
import { onLookUp } from "./look-up";
import { failureText, t } from "./texts";

/**
 * Says once below a field what is wrong with the account of a dialog, such as a wrong secret, instead of at each field
 * that something is looked up for; with a button that opens the account.
 * @param field the element that holds the field which chooses the account
 * @param account answers the id of the account; blank where none is chosen
 * @param again looks things up again, once the account has been changed
 */
export function addAccountNote(
  node: StoredNode,
  field: JQuery,
  account: () => string,
  again: () => void,
): void {
  const note = $('<div class="aliyun-iot-note" aria-live="polite"></div>');
  field.after(note);
  /** What is wrong by what was looked up. */
  const troubles = new Map<string, string>();
  let shownFor = "";

  function show(): void {
    if (account() !== shownFor) {
      shownFor = account();
      troubles.clear();
    }
    const texts = [...new Set(troubles.values())];
    note.empty().append(...texts.map((text) => $("<div></div>").text(text)));
    if (texts.length === 0) return;
    const open = $('<button type="button" class="red-ui-button red-ui-button-small"></button>');
    open.text(t("picker.open-account")).on("click", () => {
      RED.editor.editConfig("account", "aliyun-iot-account", shownFor, prefixOf(node).slice(0, -1));
    });
    if (configNode(shownFor)) note.append(open);
  }

  const end = onLookUp((id, what, trouble) => {
    if (id !== account()) return;
    show();
    if (trouble) troubles.set(what, failureText(trouble));
    else troubles.delete(what);
    show();
  });
  const changed = ({ id }: StoredNode): void => {
    if (!isOpen(node) || id !== shownFor) return;
    shownFor = "";
    show();
    again();
  };
  RED.events.on("nodes:change", changed);
  const form = field.closest("form");
  form.on("change", show);
  // The editor removes a dialog that is closed.
  note.on("remove", () => {
    end();
    RED.events.off("nodes:change", changed);
  });
}
