import { inputOf, isVariable, localize, type StoredNode, type Translate, valueIn } from "../../editor/index";
import { faultText } from "../../lib/rules/bad-rule";
import { type Line, linesOf, textOfLines } from "../../lib/rules/lines";
import { readRules } from "../../lib/rules/rule";

/** Keys of the texts of the list, in the catalogue of its dialog. */
export interface RuleWords {
  add: string;
  remove: string;
  /** Name of a row, with `field` and `line`. */
  row: string;
  /** With `reason`. */
  invalid: string;
  /** With `more`, the number of lines that are not shown. */
  rest: string;
  /** With `variable`. */
  variable: string;
  /** What a blank field means; blank where that needs no words. */
  blank: string;
  /** What a field with comments only means. */
  comments: string;
}

/** A field of rules: its property, and what people call it. */
interface RuleField {
  property: string;
  name: string;
  words: RuleWords;
  t: Translate;
}

/** Further lines are kept, but not shown. */
const maxRows = 1000;

/** A row of the list. */
interface Row extends Line {
  input: JQuery;
  note: JQuery;
  /** Added with the button; one that stays blank is not kept. */
  isAdded: boolean;
  /** Line number in the text, from 1; undefined if it is not kept. */
  line?: number | undefined;
  /** Whether it says what is wrong with it. */
  isWrong?: boolean;
}

/** The rules of one field as a list whose rows can be edited, sorted, added and removed. */
export class RuleRows {
  private readonly field: JQuery;
  private readonly list: JQuery;
  private readonly state: JQuery;
  private readonly before: string;
  private readonly rest: Line[];
  private text: string;

  /** @param onChange called after each change */
  constructor(
    node: StoredNode,
    private readonly about: RuleField,
    private readonly onChange: () => void,
  ) {
    const { property } = about;
    this.field = inputOf(node, property);
    this.before = String(valueIn(this.field) ?? "");
    this.text = this.before;
    this.field.data("shown", this.before);
    const lines = linesOf(this.before);
    this.rest = lines.splice(maxRows);
    this.list = $(`#aliyun-iot-${property}-rules`);
    this.list.editableList({
      addButton: this.say("add"),
      sortable: true,
      removable: true,
      height: "auto",
      scrollOnAdd: false,
      addItem: (row: JQuery, _index: number, data: Partial<Row>) => this.fill(row, data),
      sortItems: () => this.update(),
      removeItem: (row: Row) => this.removed(row),
    });
    this.state = $('<div class="aliyun-iot-rules-state" aria-live="polite"></div>');
    this.list.closest(".red-ui-editableList").append(this.state);
    for (const line of lines) this.list.editableList("addItem", line);
    // Only a row that a person adds gets the focus.
    this.isFilled = true;
    this.show();
  }

  private isFilled = false;

  /** The text that is saved. */
  get value(): string {
    return this.text;
  }

  /** Shows a note beside each row, by its line. */
  annotate(noteOf: (line: number) => { text: string; isWarning: boolean } | undefined): void {
    for (const { line, note, isWrong } of this.rows()) {
      if (isWrong) continue;
      const said = line === undefined ? undefined : noteOf(line);
      note.text(said?.text ?? "").toggleClass("aliyun-iot-rule-warning", said?.isWarning ?? false);
    }
  }

  private rows(): Row[] {
    return this.list
      .editableList("items")
      .toArray()
      .map((item) => $(item).data("data") as Row);
  }

  private fill(row: JQuery, data: Partial<Row>): void {
    data.isAdded = data.text === undefined;
    data.text ??= "";
    data.end ??= "";
    const input = $('<input type="text" spellcheck="false" autocomplete="off" />');
    input.attr("placeholder", "productKey/deviceName/identifier").val(data.text);
    data.input = input.appendTo(row.addClass("aliyun-iot-rule"));
    data.note = $('<div class="aliyun-iot-rule-note"></div>').appendTo(row);
    row.siblings(".red-ui-editableList-item-remove").attr("aria-label", this.say("remove"));
    input.on("input", () => {
      data.text = String(input.val());
      this.update();
    });
    input.on("paste", (event) => this.paste(event, data as Row));
    input.on("keydown", (event) => this.press(event, data as Row));
    if (!this.isFilled) return;
    this.show();
    if (data.isAdded) input.trigger("focus");
  }

  /** Several lines become several rows. */
  private paste(event: JQuery.TriggeredEvent, row: Row): void {
    const { clipboardData } = event.originalEvent as ClipboardEvent;
    const lines = linesOf(clipboardData?.getData("text") ?? "");
    if (lines.length < 2) return;
    event.preventDefault();
    const element = row.input[0] as HTMLInputElement;
    const whole = row.text;
    row.text = whole.slice(0, element.selectionStart ?? 0) + lines.shift()!.text;
    lines.at(-1)!.text += whole.slice(element.selectionEnd ?? whole.length);
    row.input.val(row.text);
    const at = this.list.editableList("indexOf", row);
    for (const [index, { text }] of lines.entries()) {
      this.insert({ text, end: "" }, at + 1 + index);
    }
    this.rows()[at + lines.length]?.input.trigger("focus");
    this.update();
  }

  /** Enter adds a row below, the arrows go up and down, and with Alt they take the row along. */
  private press(event: JQuery.KeyDownEvent, row: Row): void {
    const at = this.list.editableList("indexOf", row);
    if (event.ctrlKey || event.metaKey || event.originalEvent?.isComposing) return;
    if (event.key === "Enter") this.insert({}, at + 1);
    else if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    else {
      const other = this.rows()[event.key === "ArrowUp" ? at - 1 : at + 1];
      if (other && event.altKey) {
        const item = row.input.closest("li");
        if (event.key === "ArrowUp") item.insertBefore(other.input.closest("li"));
        else item.insertAfter(other.input.closest("li"));
        this.update();
      }
      (event.altKey ? row : other)?.input.trigger("focus");
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private insert(data: Partial<Row>, at: number): void {
    // The published types leave the place out.
    const list = this.list as unknown as { editableList(method: string, data: object, at: number): void };
    list.editableList("insertItemAt", data, at);
  }

  /** Keeps the focus near the removed row, for keyboard users. */
  private removed({ line = 1 }: Row): void {
    this.update();
    if (document.activeElement !== document.body) return;
    const rows = this.rows();
    const next = rows[Math.min(line, rows.length) - 1]?.input;
    (next ?? this.list.closest(".red-ui-editableList").find("button")).trigger("focus");
  }

  private update(): void {
    const kept = this.rows().filter(isKept);
    this.text = textOfLines([...kept, ...this.rest], this.before);
    this.show();
    this.field.val(this.text).trigger("change");
    this.onChange();
  }

  /** Shows the problem of each row, and a summary. */
  private show(): void {
    const isElsewhere = isVariable(this.text);
    const bad = new Map(isElsewhere ? [] : readRules(this.text).bad.map((rule) => [rule.line, rule.fault]));
    let line = 0;
    for (const row of this.rows()) {
      row.line = isKept(row) ? ++line : undefined;
      const fault = row.line === undefined ? undefined : bad.get(row.line);
      row.isWrong = fault !== undefined;
      const number = { field: this.about.name, line: row.line ?? line + 1 };
      row.input
        .attr("aria-label", this.say("row", number))
        .attr("aria-invalid", String(row.isWrong))
        .toggleClass("input-error", row.isWrong)
        .toggleClass("aliyun-iot-comment", /^\s*#/.test(row.text));
      const reason = fault && this.say("invalid", { reason: localize(faultText(fault)) });
      row.note.text(reason ?? "").toggleClass("aliyun-iot-rule-problem", row.isWrong);
      row.note.removeClass("aliyun-iot-rule-warning");
    }
    const more = this.rest.length;
    const rest = more > 0 ? this.say("rest", { more }) : "";
    this.state.text(`${this.stateText(isElsewhere)} ${rest}`.trim());
  }

  private stateText(isElsewhere: boolean): string {
    if (isElsewhere) return this.say("variable", { variable: this.text.slice(2, -1) });
    if (this.text.trim() === "") return this.say("blank");
    const { rules, bad } = readRules(this.text);
    return rules.length + bad.length > 0 ? "" : this.say("comments");
  }

  private say(word: keyof RuleWords, params?: Parameters<Translate>[1]): string {
    const key = this.about.words[word];
    return key && this.about.t(key, params);
  }
}

function isKept({ isAdded, text }: Row): boolean {
  return !isAdded || text !== "";
}
