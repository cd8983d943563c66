import { positionBeside } from "./list-position";
import { onMove } from "./on-move";
import { PickerRows, type RowTexts } from "./picker-rows";
import { type FoundRows, PickerState } from "./picker-state";
import { errorText, failureText, localize, t } from "./texts";

/** A list of the cloud. */
export interface PickerList<Row> {
  /** Names the button. */
  label: string;
  load(search: string, offset: number): Promise<FoundRows<Row>>;
  describe(row: Row): RowTexts;
  /** Called with the chosen row; a list that it returns is shown next. */
  choose(row: Row): AnyList | void;
  /** Called after the last choice, when the list is closed. */
  chosen?(): void;
  /** Makes the next look-up ask the cloud again. */
  refresh?(): void;
}

/** A list with rows of any type; only the list itself reads them. */
export type AnyList = PickerList<unknown>;

/** The runtime searches rows that it has loaded, so every key may start a search; a paste starts only one. */
const typingMs = 25;
const loadingMs = 700;
const pageRows = 8;
const rowSteps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: pageRows, PageUp: -pageRows };
let pickers = 0;

/**
 * A button beside a field that opens a list of the cloud, to be searched by typing. The field can still
 * be typed into; only a choice replaces its value.
 */
export function addPicker<Row>(field: JQuery, list: PickerList<Row>): JQuery {
  const button = $(
    '<button type="button" class="red-ui-button aliyun-iot-find"><i class="fa fa-search"></i></button>',
  );
  button.attr({ "aria-label": list.label, title: list.label });
  field.addClass("aliyun-iot-with-finder").append(button);
  return addList(button, list, field);
}

/**
 * Makes a button open a list of the cloud, beside a field or beside itself.
 * @param list a function is called each time, where it depends on the dialog which list comes first
 */
export function addList<Row>(
  button: JQuery,
  list: PickerList<Row> | (() => AnyList),
  field = button,
): JQuery {
  button.attr({ "aria-haspopup": "listbox", "aria-expanded": "false" });
  return button.on("click", () => openPicker(field, button, typeof list === "function" ? list() : list));
}

function openPicker(field: JQuery, button: JQuery, first: AnyList): void {
  let source = first;
  const parts = build(Math.max(260, field.outerWidth() ?? 0), source.label);
  const { content, search, again, list, rows, note } = parts;
  const panel = RED.popover.panel(content);
  const state = new PickerState<unknown>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOpen = true;
  /** Whether Enter was pressed before the answer came, which then chooses the first row. */
  let isEntered = false;

  const text = (): string => String(search.val());

  let positioned = "";

  /** Notes that appear above the field move it, and so do scrolling and a wider dialog; a longer note grows the panel. */
  function position(): void {
    const box = field[0]?.getBoundingClientRect();
    if (!isOpen || !box) return;
    const layout = (): string => [box.top, box.left, box.width, panel.container.outerHeight()].join();
    if (layout() === positioned) return;
    movePanel(box, panel.container, list);
    positioned = layout();
  }

  function close(): void {
    isOpen = false;
    stopFollowing();
    clearTimeout(timer);
    button.attr("aria-expanded", "false");
  }

  function leave(): void {
    close();
    panel.hide();
    button.trigger("focus");
  }

  function choose(row: unknown): void {
    isEntered = false;
    const next = source.choose(row);
    if (!next) {
      leave();
      return source.chosen?.();
    }
    source = next;
    search.val("").attr("aria-label", source.label).trigger("focus");
    list.scrollTop(0);
    ask(0);
  }

  function show(found: FoundRows<unknown>, offset: number): void {
    state.take(found, offset, text());
    rows.show(
      found.rows.map((row) => source.describe(row)),
      offset,
    );
    activate();
    say(
      found.error ? failureText(found.error) : localize(state.note(found, text())),
      found.error !== undefined,
    );
    if (isEntered && state.activeRow !== undefined) choose(state.activeRow);
  }

  /** Marks the active row, if there is one. */
  function activate(isToShow = false): void {
    const row = rows.activate(state.active);
    search.attr("aria-activedescendant", row?.id ?? null);
    if (isToShow) row?.scrollIntoView({ block: "nearest" });
  }

  /** Shows a line below the list. */
  function say(line: string, isProblem = false): void {
    note.toggleClass("aliyun-iot-problem", isProblem);
    // A new element is read out, also where it says the same.
    note.empty().append($("<span></span>").text(line));
  }

  /** Asks for rows from an offset on. Never rejects. */
  async function answer(offset: number): Promise<void> {
    const question = state.ask();
    clearTimeout(timer);
    if (state.rows.length === 0) say(t("picker.asking"));
    try {
      const found = await source.load(text(), offset);
      if (!state.isLast(question) || !isOpen || !content[0]?.isConnected) return;
      show(found, offset);
      if (state.isToRepeat(found)) timer = setTimeout(ask, loadingMs, 0);
    } catch (error) {
      if (!state.isLast(question) || !isOpen) return;
      state.fail();
      rows.show([], 0);
      say(errorText(error), true);
    }
  }

  const ask = (offset: number): void => void answer(offset);
  const more = (): void => {
    if (state.hasMore) ask(state.rows.length);
  };

  search.on("input", () => {
    clearTimeout(timer);
    isEntered = false;
    state.search();
    list.scrollTop(0);
    timer = setTimeout(ask, typingMs, 0);
  });
  // Before the editor's own handler, which would look for a scope above an element that is gone by then.
  content.on("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    leave();
  });
  search.on("keydown", (event) => {
    const step = rowSteps[event.key];
    if (step) {
      state.moveTo(state.active + step);
      activate(true);
    } else if (event.key === "Enter" && state.active >= 0) choose(state.activeRow);
    else if (event.key === "Tab") return leave();
    else if (event.key === "Enter") isEntered = text() !== "";
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (state.isNearEnd) more();
  });
  list.on("click", ({ target }: { target: Element }) => {
    const row = state.rows[rows.indexOf(target)];
    if (row !== undefined) choose(row);
  });
  list.on("scroll", function () {
    if (this.scrollTop + this.clientHeight > this.scrollHeight - 60) more();
  });
  again.on("click", () => {
    source.refresh?.();
    ask(0);
    search.trigger("focus");
  });
  button.attr("aria-expanded", "true");
  panel.show({ target: field, onclose: close, align: "right" });
  position();
  const stopFollowing = onMove(field.get(), panel.container.get(), position);
  search.trigger("focus");
  ask(0);
}

const listHeights = { wanted: 240, min: 84 };

/** The editor itself would move a list over its field, where the window ends. */
function movePanel(box: DOMRect, container: JQuery, list: JQuery): void {
  // The editor lets its panels slide open.
  container.stop(true, true).css({ height: "auto", maxHeight: "" });
  const frame = (container.outerHeight() ?? 0) - (list.outerHeight() ?? 0);
  const { top, listHeight } = positionBeside(box, document.documentElement.clientHeight, frame, listHeights);
  list.height(listHeight);
  const left = Math.max(
    0,
    Math.min(box.left, document.documentElement.clientWidth - (container.outerWidth() ?? 0)),
  );
  container.css({ top, left });
}

/** The elements of a panel, not yet in the page. */
function build(width: number, label: string) {
  const id = `aliyun-iot-picker-${++pickers}`;
  const content = $('<div class="aliyun-iot-picker"></div>').width(width);
  const bar = $('<div class="aliyun-iot-picker-bar"></div>').appendTo(content);
  const search = $('<input type="text" role="combobox" aria-expanded="true" aria-autocomplete="list" />');
  search.attr({ "aria-controls": id, "aria-label": label, placeholder: t("picker.search") }).appendTo(bar);
  const again = $('<button type="button" class="red-ui-button"><i class="fa fa-refresh"></i></button>');
  again.attr({ title: t("picker.refresh"), "aria-label": t("picker.refresh") }).appendTo(bar);
  const element = document.createElement("div");
  const list = $(element).addClass("aliyun-iot-picker-list").attr({ id, role: "listbox" }).appendTo(content);
  const rows = new PickerRows(element, id);
  const note = $('<div class="aliyun-iot-picker-note" aria-live="polite"></div>').appendTo(content);

  return { content, search, again, list, rows, note };
}
