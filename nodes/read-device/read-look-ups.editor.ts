import {
  accountId,
  addDeviceChoice,
  fieldOf,
  holdFields,
  input,
  neededOwner,
  put,
  refreshOnChange,
} from "../../editor/device/index";
import { addPicker, eventList, isOpen, propertyList, serviceList, textIn, typeIn } from "../../editor/index";
import type { Reading } from "../../lib/reading/request";
import type { ReadDeviceNode } from "./read-properties.editor";

/** What of a thing model a reading names; a state names nothing. */
const parts: Record<Reading, "property" | "event" | "service" | undefined> = {
  properties: "property",
  desired: "property",
  state: undefined,
  "property-history": "property",
  "event-history": "event",
  "service-history": "service",
};

/** Adds what the cloud knows to the dialog of the node: the device by its name, and what can be read of it. */
export function addLookUps(node: ReadDeviceNode): void {
  const isCurrent = holdFields(["what", "identifiers"]);
  const device = addDeviceChoice(
    () => undefined,
    () => isOpen(node) && isCurrent(),
  );
  const finders = addFinders();
  const showFinder = (): void => {
    const part = parts[String(input("what").val()) as Reading];
    for (const [name, finder] of Object.entries(finders)) {
      finder.toggleClass("aliyun-iot-hidden", name !== part);
    }
  };
  input("what").on("change", showFinder);
  showFinder();
  refreshOnChange(node, [], (isStale) => void device.refresh(isStale));
}

function addFinders(): Record<"property" | "event" | "service", JQuery> {
  const field = fieldOf("identifiers");
  return {
    property: addPicker(field, propertyList(accountId, neededOwner, addIdentifier)),
    event: addPicker(field, eventList(accountId, neededOwner, addIdentifier)),
    service: addPicker(field, serviceList(accountId, neededOwner, addIdentifier)),
  };
}

/** Adds to the names in the field, each once; what came from elsewhere is replaced. */
function addIdentifier({ identifier }: { identifier: string }): void {
  const field = input("identifiers");
  const written = typeIn(field) === "str" ? textIn(field) : "";
  const names = written
    .split(/[,，]/)
    .map((name) => name.trim())
    .filter((name) => name !== "");
  put("identifiers", [...new Set([...names, identifier])].join(", "));
}
