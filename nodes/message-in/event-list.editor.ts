import { type AccountId, cloudList, lookUp, type ModelOwner, type PickerList, t } from "../../editor/index";
import type { ThingEvent } from "../../lib/thing-model/model";

type EventRow = Pick<ThingEvent, "identifier" | "name" | "type">;

const eventKinds: Record<string, string> = {
  info: "picker.event-info",
  alert: "picker.event-alert",
  error: "picker.event-error",
};

/** The events of a thing model. */
export function eventList(
  account: AccountId,
  owner: () => ModelOwner,
  choose: (row: EventRow) => void,
): PickerList<EventRow> {
  return cloudList<EventRow>({
    label: t("picker.find-event"),
    load: (query) => lookUp(account(), "events", { ...owner(), ...query }),
    describe: ({ identifier, name, type }) => {
      const kind = eventKinds[type];
      return { name: name === identifier ? "" : name, key: identifier, aside: kind ? t(kind) : "" };
    },
    choose,
  });
}
