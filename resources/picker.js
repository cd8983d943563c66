import { sentence, told } from "./look-up.js";

const t = (key, params) => sentence({ key, params });
/** The runtime searches what it has loaded, so each key may ask; keys that come as one, such as a paste, ask once. */
const typingMs = 25;
const loadingMs = 700;
let pickers = 0;

/**
 * A button beside a field that opens a list of the cloud, to be searched by typing. The field itself stays free:
 * what it holds is replaced only by a choice.
 * @param field the jQuery element that holds the field
 * @param options.label names the button
 * @param options.load `(search, offset) => Promise<{ rows, matches, loaded, total, isLoading, error }>`
 * @param options.describe `(row) => ({ name, detail, aside, status })`, all texts
 * @param options.choose `(row) => void`, or another set of options: a second list
 * @param options.refresh makes the next look-up ask the cloud again
 */
function addPicker(field, options) {
  const button = $(
    '<button type="button" class="red-ui-button aliyun-iot-find"><i class="fa fa-search"></i></button>',
  );
  button.attr({ "aria-label": options.label, title: options.label, "aria-haspopup": "listbox" });
  field.addClass("aliyun-iot-with-finder").append(button);
  button.on("click", () => openPicker(field, button, options));
  return button;
}

function openPicker(field, button, first) {
  let options = first;
  const id = `aliyun-iot-picker-${++pickers}`;
  const content = $('<div class="aliyun-iot-picker"></div>').width(Math.max(260, field.width()));
  const bar = $('<div class="aliyun-iot-picker-bar"></div>').appendTo(content);
  const search = $(
    '<input type="text" role="combobox" aria-expanded="true" aria-autocomplete="list" />',
  ).appendTo(bar);
  search.attr({ "aria-controls": id, "aria-label": options.label, placeholder: t("picker.search") });
  const again = $(
    '<button type="button" class="red-ui-button"><i class="fa fa-refresh"></i></button>',
  ).appendTo(bar);
  again.attr({ title: t("picker.refresh"), "aria-label": t("picker.refresh") });
  const list = $('<div class="aliyun-iot-picker-list" role="listbox"></div>')
    .attr("id", id)
    .appendTo(content);
  const note = $('<div class="aliyun-iot-picker-note" aria-live="polite"></div>').appendTo(content);

  const panel = RED.popover.panel(content);
  let rows = [];
  let active = -1;
  let matches = 0;
  let question = 0;
  let timer;
  let isOpen = true;

  const close = () => {
    isOpen = false;
    clearTimeout(timer);
    button.attr("aria-expanded", "false");
  };
  const leave = () => {
    close();
    panel.hide();
    button.trigger("focus");
  };

  function activate(index, isToShow) {
    active = Math.max(-1, Math.min(index, rows.length - 1));
    list.children().removeClass("active").attr("aria-selected", "false");
    const row = list.children().eq(active);
    search.removeAttr("aria-activedescendant");
    if (active < 0) return;
    row.addClass("active").attr("aria-selected", "true");
    search.attr("aria-activedescendant", row.attr("id"));
    if (isToShow) row[0].scrollIntoView({ block: "nearest" });
  }

  function choose(row) {
    const next = options.choose(row);
    if (!next) return leave();
    options = next;
    search.val("").attr("aria-label", options.label).trigger("focus");
    ask(0);
  }

  function show(found, offset) {
    if (offset === 0) {
      list.empty();
      rows = [];
    }
    for (const row of found.rows) {
      const element = rowElement(options.describe(row)).attr("id", `${id}-${rows.length}`);
      element.on("click", () => choose(row));
      list.append(element);
      rows.push(row);
    }
    matches = found.matches;
    activate(Math.max(active, rows.length > 0 && search.val() !== "" ? 0 : -1));
    note.empty().append($("<span></span>").text(noteOf(found)));
    note.toggleClass("aliyun-iot-problem", Boolean(found.error));
  }

  /** Asks for rows from an offset on; of several questions only the last counts. Never rejects. */
  async function answer(offset) {
    const mine = ++question;
    clearTimeout(timer);
    if (rows.length === 0) note.removeClass("aliyun-iot-problem").text(t("picker.asking"));
    try {
      const found = await options.load(search.val(), offset);
      if (mine !== question || !isOpen || !content[0].isConnected) return;
      if (offset === 0 && search.val() === "") active = -1;
      show(found, offset);
      if (found.isLoading && rows.length <= 50) timer = setTimeout(ask, loadingMs, 0);
    } catch (error) {
      if (mine !== question || !isOpen) return;
      list.empty();
      rows = [];
      note.addClass("aliyun-iot-problem").text(error.text ? told(error) : String(error.message));
    }
  }

  const ask = (offset) => void answer(offset);

  function noteOf({ error, isLoading, loaded, total }) {
    if (error) return told(error);
    if (isLoading) return t("picker.loading", { loaded, total, matches });
    if (matches === 0) return search.val() === "" ? t("picker.none") : t("picker.no-match");
    return t("picker.count", { shown: rows.length, matches });
  }

  search.on("input", () => {
    clearTimeout(timer);
    active = -1;
    timer = setTimeout(ask, typingMs, 0);
  });
  // Before the editor's own handler, which would look for a scope above an element that is gone by then.
  content.on("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    leave();
  });
  search.on("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step) activate(active + step, true);
    else if (event.key === "Enter" && active >= 0) choose(rows[active]);
    else if (event.key === "Tab") return leave();
    else if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    if (active >= rows.length - 5) more();
  });
  const more = () => {
    if (rows.length < matches && rows.length > 0) ask(rows.length);
  };
  list.on("scroll", () => {
    if (list[0].scrollTop + list[0].clientHeight > list[0].scrollHeight - 60) more();
  });
  again.on("click", () => {
    options.refresh?.();
    ask(0);
    search.trigger("focus");
  });
  button.attr("aria-expanded", "true");
  panel.show({ target: field, onclose: close, align: "right" });
  search.trigger("focus");
  ask(0);
}

/** One row; every text goes in as text, whatever the cloud calls its things. */
function rowElement({ name, detail, aside, status }) {
  const row = $('<div class="aliyun-iot-picker-row" role="option" aria-selected="false"></div>');
  if (status !== undefined) row.append(dot(status));
  row.append($('<span class="aliyun-iot-picker-name"></span>').text(name));
  if (detail) row.append($('<span class="aliyun-iot-picker-detail"></span>').text(detail));
  if (aside) row.append($('<span class="aliyun-iot-picker-aside"></span>').text(aside));
  return row;
}

const statusWords = {
  ONLINE: "picker.online",
  OFFLINE: "picker.offline",
  UNACTIVE: "picker.unactive",
  DISABLE: "picker.disable",
};

/** What the platform's status of a device means, in the reader's language. */
const statusWord = (status) =>
  statusWords[status] ? sentence({ key: statusWords[status] }) : String(status);

const dot = (status) =>
  $('<i class="aliyun-iot-dot" aria-hidden="true"></i>').addClass(
    `aliyun-iot-dot-${/^\w+$/.test(status) ? status : ""}`,
  );

export { addPicker, dot, statusWord };
