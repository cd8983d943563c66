import {
  addNote,
  consumerGroupList,
  deviceList,
  deviceNote,
  eventList,
  needed,
  productList,
  productNote,
  serviceList,
} from "./lists.js";
import { showMessageShape } from "./message-shape.js";
import { addPicker } from "./picker.js";

const quietMs = 400;
const kindsWithIdentifier = ["event", "reply"];

/** A picker for the consumer group of a subscription. */
function addConsumerGroups() {
  const input = $("#node-config-input-consumerGroupId");
  const account = () => $("#node-config-input-account").val();
  addPicker(
    input.closest(".aliyun-iot-field"),
    consumerGroupList(account, ({ groupId }) => void input.val(groupId).trigger("change")),
  );
}

/** Adds pickers, notes and what comes out to the dialog of the message-in node. */
function addMessageChoice(node) {
  const input = (property) => $(`#node-input-${property}`);
  const fieldOf = (property) => input(property).closest(".aliyun-iot-field");
  const put = (property, text) => void input(property).val(text).trigger("change");
  const kind = () => input("kind").val();
  const account = () => RED.nodes.node(input("subscription").val())?.account;
  const textOf = (property) => {
    const text = String(input(property).val() ?? "").trim();
    return text === "" || text.includes("${") || text.includes("$(") ? undefined : text;
  };
  const productKey = () => needed(textOf("productKey"), "picker.product-first");
  const owner = () => ({ productKey: productKey() });

  addPicker(
    fieldOf("productKey"),
    productList(account, (row) => put("productKey", row.productKey)),
  );
  addPicker(
    fieldOf("deviceName"),
    deviceList(account, productKey, (row) => put("deviceName", row.deviceName)),
  );
  const putIdentifier = (row) => put("identifier", row.identifier);
  const lists = {
    event: eventList(account, owner, putIdentifier),
    reply: serviceList(account, owner, putIdentifier),
  };
  const finders = Object.entries(lists).map(([of, list]) => ({
    of,
    button: addPicker(fieldOf("identifier"), list),
  }));

  const notes = [
    addNote(fieldOf("productKey"), () =>
      textOf("productKey") && account() ? productNote(account(), textOf("productKey")) : undefined,
    ),
    addNote(fieldOf("deviceName"), () => {
      const query = { productKey: textOf("productKey"), deviceName: textOf("deviceName") };
      return query.productKey && query.deviceName && account() ? deviceNote(account(), query) : undefined;
    }),
  ];
  let timer;
  function refreshSoon() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!RED.editor.getEditStack().includes(node)) return;
      for (const note of notes) void note();
    }, quietMs);
  }

  function showKind() {
    const isNamed = kindsWithIdentifier.includes(kind());
    input("identifier").closest(".aliyun-iot-row").toggleClass("aliyun-iot-hidden", !isNamed);
    for (const { of, button } of finders) button.toggleClass("aliyun-iot-hidden", of !== kind());
    showMessageShape($("#aliyun-iot-message-shape"), kind());
  }

  for (const property of ["subscription", "productKey", "deviceName"]) {
    input(property).on("change input", refreshSoon);
  }
  input("kind").on("change", showKind);
  showKind();
  refreshSoon();
}

export { addConsumerGroups, addMessageChoice };
