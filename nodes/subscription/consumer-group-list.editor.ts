import { type AccountId, cloudList, lookUp, type PickerList, t } from "../../editor/index";
import type { ConsumerGroupRow } from "../../lib/look-up/catalog";

/** The consumer groups of an account. */
export function consumerGroupList(
  account: AccountId,
  choose: (row: ConsumerGroupRow) => void,
): PickerList<ConsumerGroupRow> {
  return cloudList<ConsumerGroupRow>({
    label: t("picker.find-consumer-group"),
    load: (query) => lookUp(account(), "consumer-groups", query),
    describe: ({ groupId, groupName }) => ({
      name: groupName === groupId ? "" : groupName,
      key: groupId,
    }),
    choose,
  });
}
