import { lookUp, sentence, told } from "./look-up.js";
import { dot, statusWord } from "./picker.js";

const t = (key, params) => sentence({ key, params });

/** @throws an error with the sentence of `key` where a field that a list depends on is not filled in */
function needed(value, key) {
  if (value === undefined) throw Object.assign(new Error(key), { text: { key } });
  return value;
}

/** A list of the cloud; the look-up after a `refresh` asks the cloud again. */
function cloudList({ load, ...options }) {
  let once;
  return {
    ...options,
    load: async (search, offset) => {
      const refresh = once;
      once = undefined;
      return load({ search, offset, refresh });
    },
    refresh: () => (once = 1),
  };
}

/**
 * Lists the products of an account; choosing one does `choose`.
 * @param account `() => id`
 */
function productList(account, choose) {
  return cloudList({
    label: t("picker.find-product"),
    load: (query) => lookUp(account(), "products", query),
    describe: ({ productKey, productName, deviceCount }) => ({
      name: productName || productKey,
      detail: productName ? productKey : "",
      aside: deviceCount === undefined ? "" : t("picker.devices", { count: deviceCount }),
    }),
    choose,
  });
}

/**
 * Lists the devices of a product; choosing one does `choose`.
 * @param productKey `() => text`, may throw what `needed` throws
 */
function deviceList(account, productKey, choose) {
  return cloudList({
    label: t("picker.find-device"),
    load: (query) => lookUp(account(), "devices", { productKey: productKey(), ...query }),
    describe: ({ deviceName, nickname, status }) => ({
      name: deviceName,
      detail: nickname,
      aside: status && statusWord(status),
      status,
    }),
    choose,
  });
}

/**
 * Lists the services of a thing model; choosing one does `choose`, and `renewed` is called after the cloud was asked
 * again.
 * @param owner `() => { productKey, iotId }`, may throw what `needed` throws
 */
function serviceList(account, owner, choose, renewed) {
  return cloudList({
    label: t("picker.find-service"),
    load: async (query) => {
      const found = await lookUp(account(), "services", { ...owner(), ...query });
      if (query.refresh) renewed();
      return found;
    },
    describe: ({ identifier, name, callType }) => ({
      name: identifier,
      detail: name === identifier ? "" : name,
      aside: callType === "sync" ? t("picker.sync") : t("picker.async"),
    }),
    choose,
  });
}

/** Lists the events of a thing model, as `serviceList` does services. */
function eventList(account, owner, choose) {
  const kinds = { info: "picker.event-info", alert: "picker.event-alert", error: "picker.event-error" };
  return cloudList({
    label: t("picker.find-event"),
    load: (query) => lookUp(account(), "events", { ...owner(), ...query }),
    describe: ({ identifier, name, type }) => ({
      name: identifier,
      detail: name === identifier ? "" : name,
      aside: kinds[type] ? t(kinds[type]) : "",
    }),
    choose,
  });
}

/** Lists the consumer groups of an account; choosing one does `choose`. */
function consumerGroupList(account, choose) {
  return cloudList({
    label: t("picker.find-consumer-group"),
    load: (query) => lookUp(account(), "consumer-groups", query),
    describe: ({ groupId, groupName }) => ({
      name: groupName || groupId,
      detail: groupName === groupId ? "" : groupId,
    }),
    choose,
  });
}

/**
 * What is known of a chosen thing, under its field; never in the way, and it says so when the cloud is silent.
 * @param field the jQuery element that holds the field
 * @param ask `() => Promise<jQuery element>`, or undefined where there is nothing to say
 */
function addNote(field, ask) {
  const note = $('<div class="aliyun-iot-note" aria-live="polite"></div>');
  field.after(note);
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

/** The name of a product. */
async function productNote(account, productKey) {
  const { rows, isLoading, error } = await lookUp(account, "products", { search: productKey });
  const found = rows.find((row) => row.productKey === productKey);
  if (found) return words(found.productName);
  return words(isLoading ? "" : error ? told(error) : t("picker.unknown-product"));
}

/** How a device is doing. @param query `{ productKey, deviceName }` or `{ iotId }` */
async function deviceNote(account, query) {
  const { status, nickname, deviceName } = await lookUp(account, "device", query);
  return $("<span></span>").append(
    dot(status),
    words(statusWord(status), query.iotId && deviceName, nickname),
  );
}

export {
  addNote,
  consumerGroupList,
  deviceList,
  deviceNote,
  eventList,
  needed,
  productList,
  productNote,
  serviceList,
};
