import {
  addNote,
  addPicker,
  configNode,
  deviceList,
  deviceNote,
  eventList,
  needed,
  type NodeOf,
  openForm,
  plainName,
  productList,
  productNote,
  radios,
  serviceList,
  showProblems,
  soon,
  translatorOf,
  trimmed,
} from "../../editor/index";
import type { MessageInProperties } from "../defaults/message-in";
import { showMessageShape } from "./message-panel.editor";
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

/** Brings the dialog of the message-in node to life. */
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
  const refreshSoon = soon(node, () => {
    for (const note of notes) void note();
  });
  for (const property of ["subscription", "productKey", "deviceName"]) {
    input(property).on("change input", refreshSoon);
  }
  input("kind").on("change", () => showKind(finders));
  refreshSoon();
  input("kind").trigger("change");
  input("acknowledge").trigger("change");
}

function showKind(finders: Record<"event" | "reply", JQuery>): void {
  const kind = kindInForm();
  $("#aliyun-iot-kind-tip").text(t(tips[kind]));
  $("#aliyun-iot-identifier-label").text(
    kind === "reply" ? t("aliyun-iot-message-in.label.service") : t("aliyun-iot-message-in.label.event"),
  );
  input("identifier").closest(".aliyun-iot-row").toggleClass("aliyun-iot-hidden", !namesSomething(kind));
  finders.event.toggleClass("aliyun-iot-hidden", kind !== "event");
  finders.reply.toggleClass("aliyun-iot-hidden", kind !== "reply");
  showMessageShape($("#aliyun-iot-message-shape"), kind);
}

/** @returns the buttons that find an event, or a service that is replied to */
function addPickers(): Record<"event" | "reply", JQuery> {
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
