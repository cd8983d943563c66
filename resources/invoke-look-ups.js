import { addNote, deviceList, deviceNote, needed, productList, productNote, serviceList } from "./lists.js";
import { lookUp, sentence, told } from "./look-up.js";
import { showParameters } from "./parameters.js";
import { addPicker } from "./picker.js";
import { addReplyChoice } from "./reply-choice.js";
import { isJson } from "./raw-json.js";

const t = (key, params) => sentence({ key, params });
const quietMs = 400;

const input = (property) => $(`#node-input-${property}`);
const fieldOf = (property) => input(property).closest(".aliyun-iot-field");
const account = () => input("account").val();
const isByIotId = () => input("target").val() === "iotId";

/** What a typed input names, where that is a text and known before any message. */
function textOf(property) {
  if (input(property).typedInput("type") !== "str") return undefined;
  const text = input(property).typedInput("value").trim();
  return text === "" || text.includes("${") || text.includes("$(") ? undefined : text;
}

function put(property, text) {
  input(property).typedInput("type", "str").typedInput("value", text);
}

/** Which product the service belongs to, or the device that tells. */
const owner = () => (isByIotId() ? { iotId: textOf("iotId") } : { productKey: textOf("productKey") });
const ownerOf = () => {
  const { iotId, productKey } = owner();
  needed(iotId ?? productKey, "picker.device-first");
  return { iotId, productKey };
};

/** Adds pickers, notes and the parameter panel to the dialog of the invoke node. */
function addLookUps(node) {
  addPicker(
    fieldOf("productKey"),
    productList(account, ({ productKey }) => put("productKey", productKey)),
  );
  const ofProduct = () => needed(textOf("productKey"), "picker.product-first");
  addPicker(
    fieldOf("deviceName"),
    deviceList(account, ofProduct, ({ deviceName }) => put("deviceName", deviceName)),
  );
  addPicker(
    fieldOf("iotId"),
    productList(account, ({ productKey }) =>
      deviceList(
        account,
        () => productKey,
        ({ iotId }) => put("iotId", iotId),
      ),
    ),
  );
  const reply = addReplyChoice(account);
  const panel = addPanel((service) => reply.know(service?.callType));
  addPicker(
    fieldOf("service"),
    serviceList(
      account,
      ownerOf,
      ({ identifier }) => put("service", identifier),
      () => void panel.refresh(true),
    ),
  );
  const notes = [
    addNote(fieldOf("productKey"), () => {
      const productKey = textOf("productKey");
      return !isByIotId() && productKey && account() ? productNote(account(), productKey) : undefined;
    }),
    addNote(fieldOf("deviceName"), () => {
      const [productKey, deviceName] = [textOf("productKey"), textOf("deviceName")];
      const isKnown = !isByIotId() && productKey && deviceName && account();
      return isKnown ? deviceNote(account(), { productKey, deviceName }) : undefined;
    }),
    addNote(fieldOf("iotId"), () => {
      const iotId = textOf("iotId");
      return isByIotId() && iotId && account() ? deviceNote(account(), { iotId }) : undefined;
    }),
  ];
  let timer;
  const refreshSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!RED.editor.getEditStack().includes(node)) return;
      for (const note of notes) void note();
      void panel.refresh();
    }, quietMs);
  };
  for (const property of ["account", "target", "productKey", "deviceName", "iotId", "service"]) {
    input(property).on("change", refreshSoon);
  }
  input("args").on("change", () => panel.follow());
  refreshSoon();
}

/**
 * The panel under Args; it knows a service for as long as nothing above it changes.
 * @param onKnown is told the service that is known now, or undefined
 */
function addPanel(onKnown) {
  const panel = $("#aliyun-iot-panel");
  const args = input("args");
  let known = {};
  let shown;
  let isWriting = false;
  let question = 0;

  const write = (text) => {
    isWriting = true;
    args.typedInput("value", text);
    isWriting = false;
  };

  function show() {
    const type = args.typedInput("type");
    shown = { type, source: args.typedInput("value") };
    const { service, query, of } = known;
    if (!service) return;
    const isForm = type === "json";
    const source = ["msg", "flow", "global"].includes(type) ? `${type}.${shown.source}` : t("picker.args");
    const access = { isForm, source, text: () => args.typedInput("value"), write, fillIn };
    shown.follow = showParameters(panel, service, access, (text) =>
      lookUp(of, "args", {}, { ...query, args: text }).then(({ problems, notes = [] }) => [
        ...problems,
        ...notes,
      ]),
    ).follow;
  }

  function fillIn() {
    args.typedInput("type", "json");
    if (!isJson(args.typedInput("value"))) write("{}");
    show();
  }

  async function refresh(isStale = false) {
    const service = textOf("service");
    const { iotId, productKey } = owner();
    const of = account();
    const isKnown = of && service && (iotId ?? productKey);
    const key = JSON.stringify([of, iotId, productKey, service]);
    if (isKnown && !isStale && key === known.key && known.service) return;
    const mine = ++question;
    known = { key, of, query: { iotId, productKey, service } };
    onKnown(undefined);
    if (!isKnown) {
      panel.empty();
      return;
    }
    try {
      const found = await lookUp(of, "service", { ...known.query, ...(isStale && { refresh: 1 }) });
      if (mine !== question) return;
      known.service = found;
      onKnown(found);
      show();
    } catch (error) {
      if (mine !== question) return;
      const text = error.text ? told(error) : error.message;
      panel.empty().append($('<div class="aliyun-iot-facts"></div>').text(text));
    }
  }

  function follow() {
    if (isWriting || !known.service) return;
    const isSame = shown?.type === args.typedInput("type");
    if (isSame && shown.type === "json") shown.follow();
    else if (!isSame || shown.source !== args.typedInput("value")) show();
  }

  return { refresh, follow };
}

export { addLookUps };
