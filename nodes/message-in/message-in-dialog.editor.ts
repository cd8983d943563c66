import {
  addAccountNote,
  addNote,
  addPicker,
  configNode,
  deviceList,
  deviceNote,
  eventList,
  needed,
  type NodeOf,
  onOpenAndChange,
  openForm,
  plainName,
  productList,
  productNote,
  propertyList,
  radios,
  serviceList,
  showProblems,
  translatorOf,
  trimmed,
} from "../../editor/index";
import type { MessageInProperties } from "../defaults/message-in";
import { addMessagePanel } from "./message-panel.editor";
import { type Kind, namesSomething, readKind } from "./message-shape.editor";

const t = translatorOf("message-in");

const tips: Record<Kind, string> = {
  any: "aliyun-iot-message-in.tip.any",
  property: "aliyun-iot-message-in.tip.property",
  event: "aliyun-iot-message-in.tip.event",
  reply: "aliyun-iot-message-in.tip.reply",
  status: "aliyun-iot-message-in.tip.status",
  lifecycle: "aliyun-iot-message-in.tip.lifecycle",
  custom: "aliyun-iot-message-in.tip.custom",
  other: "aliyun-iot-message-in.tip.other",
};

function input(property: string): JQuery {
  return $(`#node-input-${property}`);
}

function fieldOf(property: string): JQuery {
  return input(property).closest(".aliyun-iot-field");
}

function put(property: string, text: string): void {
  input(property).val(text).trigger("change");
}

function textOf(property: string): string | undefined {
  return plainName(input(property).val());
}

/** The account of the chosen subscription; blank where there is none. */
function accountId(): string {
  return trimmed(configNode(input("subscription").val())?.["account"]);
}

/** Which kind of messages the dialog asks for. */
export function kindInForm(): Kind {
  return readKind(input("kind").val());
}

/** Sets up the dialog of the message-in node. */
export function fillDialog(node: NodeOf<MessageInProperties>): void {
  openForm(node);
  radios(node, "acknowledge").on("change", function () {
    const isByFlow = $(this).val() === "flow";
    input("inputs").val(isByFlow ? 1 : 0);
    $("#aliyun-iot-acknowledge-tip").text(
      isByFlow ? t("aliyun-iot-message-in.tip.flow") : t("aliyun-iot-message-in.tip.auto"),
    );
  });
  showProblems(node, {
    subscription: (id) => configNode(id) !== undefined || t("aliyun-iot-message-in.validation.subscription"),
  });
  const finders = addPickers();
  const notes = addNotes();
  const panel = addMessagePanel($("#aliyun-iot-message-shape"), () => ({
    kind: kindInForm(),
    isValue: isValueInForm(),
    account: accountId(),
    productKey: textOf("productKey"),
    deviceName: textOf("deviceName"),
    identifier: namesSomething(kindInForm()) ? textOf("identifier") : undefined,
  }));
  const refreshSoon = onOpenAndChange(node, () => {
    for (const note of notes) void note();
    void panel.refresh();
  });
  addAccountNote(node, fieldOf("subscription"), accountId, refreshSoon);
  for (const property of ["subscription", "productKey", "deviceName"]) {
    input(property).on("change input", refreshSoon);
  }
  for (const property of ["subscription", "productKey", "deviceName", "identifier", "kind", "output"]) {
    input(property).on("change input", () => panel.show());
    input(property).on("change", () => void panel.refresh());
  }
  input("kind").on("change", () => showKind(finders));
  input("kind").trigger("change");
  input("acknowledge").trigger("change");
}

/** Whether only the value of a property is sent. */
function isValueInForm(): boolean {
  return kindInForm() === "property" && input("output").val() === "value";
}

function showKind(finders: Finders): void {
  const kind = kindInForm();
  $("#aliyun-iot-kind-tip").text(t(tips[kind]));
  $("#aliyun-iot-identifier-label").text(t(identifierLabels[kind] ?? "aliyun-iot-message-in.label.event"));
  input("output")
    .closest(".aliyun-iot-row")
    .toggleClass("aliyun-iot-hidden", kind !== "property");
  input("identifier").closest(".aliyun-iot-row").toggleClass("aliyun-iot-hidden", !namesSomething(kind));
  for (const [named, finder] of Object.entries(finders)) {
    finder.toggleClass("aliyun-iot-hidden", kind !== named);
  }
}

/** The buttons that find a property, an event, or a service that is replied to. */
type Finders = Record<"property" | "event" | "reply", JQuery>;

const identifierLabels: Partial<Record<Kind, string>> = {
  property: "aliyun-iot-message-in.label.property",
  event: "aliyun-iot-message-in.label.event",
  reply: "aliyun-iot-message-in.label.service",
};

function addPickers(): Finders {
  const productKey = (): string => needed(textOf("productKey"), "picker.product-first");
  const owner = () => ({ productKey: productKey() });
  addPicker(
    fieldOf("productKey"),
    productList(accountId, (row) => put("productKey", row.productKey)),
  );
  addPicker(
    fieldOf("deviceName"),
    deviceList(accountId, productKey, (row) => put("deviceName", row.deviceName)),
  );
  const putIdentifier = ({ identifier }: { identifier: string }): void => put("identifier", identifier);
  return {
    property: addPicker(fieldOf("identifier"), propertyList(accountId, owner, putIdentifier)),
    event: addPicker(fieldOf("identifier"), eventList(accountId, owner, putIdentifier)),
    reply: addPicker(fieldOf("identifier"), serviceList(accountId, owner, putIdentifier)),
  };
}

function addNotes() {
  return [
    addNote(fieldOf("productKey"), () => {
      const productKey = textOf("productKey");
      return productKey && accountId() ? productNote(accountId(), productKey) : undefined;
    }),
    addNote(fieldOf("deviceName"), () => {
      const [productKey, deviceName] = [textOf("productKey"), textOf("deviceName")];
      if (!productKey || !deviceName || !accountId()) return undefined;
      return deviceNote(accountId(), { productKey, deviceName });
    }),
  ];
}
