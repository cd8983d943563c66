import { lookUp, sentence, told } from "./look-up.js";
import { showParameters } from "./parameters.js";
import { addPicker, dot, statusWord } from "./picker.js";
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

function needed(value, key) {
  if (value === undefined) throw Object.assign(new Error(key), { text: { key } });
  return value;
}

/** Which product the service belongs to, or the device that tells. */
const owner = () => (isByIotId() ? { iotId: textOf("iotId") } : { productKey: textOf("productKey") });
const ownerOf = () => {
  const { iotId, productKey } = owner();
  needed(iotId ?? productKey, "picker.device-first");
  return { iotId, productKey };
};

/** Lists products; choosing one does `choose`. */
function productList(choose) {
  let refresh;
  return {
    label: t("picker.find-product"),
    load: (search, offset) => lookUp(account(), "products", { search, offset, refresh: taken() }),
    describe: ({ productKey, productName, deviceCount }) => ({
      name: productName || productKey,
      detail: productName ? productKey : "",
      aside: deviceCount === undefined ? "" : t("picker.devices", { count: deviceCount }),
    }),
    choose,
    refresh: () => (refresh = 1),
  };
  function taken() {
    const once = refresh;
    refresh = undefined;
    return once;
  }
}

/** Lists the devices of a product; choosing one does `choose`. */
function deviceList(productKey, choose) {
  let refresh;
  return {
    label: t("picker.find-device"),
    load: async (search, offset) => {
      const once = refresh;
      refresh = undefined;
      return lookUp(account(), "devices", { productKey: productKey(), search, offset, refresh: once });
    },
    describe: ({ deviceName, nickname, status }) => ({
      name: deviceName,
      detail: nickname,
      aside: status && statusWord(status),
      status,
    }),
    choose,
    refresh: () => (refresh = 1),
  };
}

/** Lists the services of the thing model; after the cloud was asked again `renewed` is called. */
function serviceList(renewed) {
  let refresh;
  return {
    label: t("picker.find-service"),
    load: async (search, offset) => {
      const once = refresh;
      refresh = undefined;
      const found = await lookUp(account(), "services", { ...ownerOf(), search, offset, refresh: once });
      if (once) renewed();
      return found;
    },
    describe: ({ identifier, name, callType }) => ({
      name: identifier,
      detail: name === identifier ? "" : name,
      aside: callType === "sync" ? t("picker.sync") : t("picker.async"),
    }),
    choose: ({ identifier }) => put("service", identifier),
    refresh: () => (refresh = 1),
  };
}

/** What is known of a chosen thing, under its field; never in the way, and it says so when the cloud is silent. */
function addNote(property, ask) {
  const note = $('<div class="aliyun-iot-note" aria-live="polite"></div>');
  fieldOf(property).after(note);
  let question = 0;
  return async () => {
    const mine = ++question;
    const asking = ask();
    if (!asking) {
      note.empty();
      return;
    }
    const shown = await asking.catch((error) =>
      $("<span></span>").text(error.text ? told(error) : error.message),
    );
    if (mine === question) note.empty().append(shown);
  };
}

const words = (...texts) => $("<span></span>").text(texts.filter(Boolean).join(" · "));

const productNote = () => {
  const productKey = textOf("productKey");
  if (isByIotId() || !productKey || !account()) return undefined;
  return lookUp(account(), "products", { search: productKey }).then(({ rows, isLoading, error }) => {
    const found = rows.find((row) => row.productKey === productKey);
    if (found) return words(found.productName);
    return words(isLoading ? "" : error ? told(error) : t("picker.unknown-product"));
  });
};

const deviceNote = (target) => () => {
  const query = target();
  if (!account() || Object.values(query).includes(undefined)) return undefined;
  return lookUp(account(), "device", query).then(({ status, nickname, deviceName }) =>
    $("<span></span>").append(dot(status), words(statusWord(status), query.iotId && deviceName, nickname)),
  );
};

/** Adds pickers, notes and the parameter panel to the dialog of the invoke node. */
function addLookUps(node) {
  addPicker(
    fieldOf("productKey"),
    productList(({ productKey }) => put("productKey", productKey)),
  );
  const ofProduct = () => needed(textOf("productKey"), "picker.product-first");
  addPicker(
    fieldOf("deviceName"),
    deviceList(ofProduct, ({ deviceName }) => put("deviceName", deviceName)),
  );
  addPicker(
    fieldOf("iotId"),
    productList(({ productKey }) =>
      deviceList(
        () => productKey,
        ({ iotId }) => put("iotId", iotId),
      ),
    ),
  );
  const panel = addPanel();
  addPicker(
    fieldOf("service"),
    serviceList(() => void panel.refresh(true)),
  );
  const notes = [
    addNote("productKey", productNote),
    addNote(
      "deviceName",
      deviceNote(() => ({
        productKey: isByIotId() ? undefined : textOf("productKey"),
        deviceName: textOf("deviceName"),
      })),
    ),
    addNote(
      "iotId",
      deviceNote(() => ({ iotId: isByIotId() ? textOf("iotId") : undefined })),
    ),
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

/** The panel under Args; it knows a service for as long as nothing above it changes. */
function addPanel() {
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
      lookUp(of, "args", {}, { ...query, args: text }).then(({ problems }) => problems),
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
    if (!isKnown) {
      panel.empty();
      return;
    }
    try {
      const found = await lookUp(of, "service", { ...known.query, ...(isStale && { refresh: 1 }) });
      if (mine !== question) return;
      known.service = found;
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
