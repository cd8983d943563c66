import { addAccountNote, onOpenAndChange, type StoredNode } from "../index";
import { accountId, fieldOf, input } from "./fields";

/**
 * Looks things up about the device of a dialog: when it opens, soon after a field that names the device has changed, and
 * once more after the account was changed.
 * @param more further fields that change what is looked up
 * @param refresh told whether what is known may be out of date, so that the cloud is asked again
 * @returns what looks things up soon, for changes elsewhere in the dialog
 */
export function refreshOnChange(
  node: StoredNode,
  more: readonly string[],
  refresh: (isStale: boolean) => void,
): () => void {
  const account = input("account").length > 0 ? "account" : "subscription";
  addAccountNote(node, fieldOf(account), accountId, () => refresh(true));
  const refreshSoon = onOpenAndChange(node, () => refresh(false));
  for (const property of [account, "target", "productKey", "deviceName", "iotId", ...more]) {
    input(property).on("change", refreshSoon);
  }
  return refreshSoon;
}
