import { type AccountForm, accountForm } from "../../editor/index";
import { safetyProperties } from "../defaults/account";
import type { Account } from "./account-properties.editor";

/**
 * The account as the dialog shows it, with secrets that were typed and not saved yet. Without the safety settings, which
 * no look-up needs: each change of a rule would make another account.
 */
export function formInPage(node: Account): AccountForm {
  const read = (name: string): string => {
    const value = $(`#node-config-input-${name}`).val();
    // A list of nodes to choose from has an entry for a new one.
    return value === "_ADD_" ? "" : String(value ?? "");
  };
  const form = accountForm(node, read);
  for (const name of safetyProperties) delete form.properties[name];
  for (const name of Object.keys(form.credentials)) form.credentials[name] = read(name);
  return form;
}
