import { type AccountForm, accountForm } from "../../editor/index";
import type { Account } from "./account-properties.editor";

/** What no look-up needs; each change of a rule would make another account of it. */
const ofSafety = ["mode", "allow", "confirm", "audit", "auditArgs"];

/** The account as the dialog shows it, secrets included that were typed and not saved yet; without its rules. */
export function formInPage(node: Account): AccountForm {
  const read = (name: string): string => {
    const value = $(`#node-config-input-${name}`).val();
    // A list of nodes to choose from has an entry for a new one.
    return value === "_ADD_" ? "" : String(value ?? "");
  };
  const form = accountForm(node, read);
  for (const name of ofSafety) delete form.properties[name];
  for (const name of Object.keys(form.credentials)) form.credentials[name] = read(name);
  return form;
}
