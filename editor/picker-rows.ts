import { dotClass } from "./dot-class";

/** The texts of one row. */
export interface RowTexts {
  /** What people call it. */
  name?: string | undefined;
  /** Its identifier; never cut. */
  key: string;
  aside?: string | undefined;
  /** The platform's status of a device. */
  status?: string | undefined;
}

interface ShownRow {
  texts: RowTexts;
  element: HTMLElement;
}

/**
 * The rows of a picker's list as the page has them. Each key stroke brings another list, so this uses the browser's own
 * functions, and makes only the rows that differ. Names come from the platform and are inserted as text only.
 */
export class PickerRows {
  private shown: ShownRow[] = [];
  private active = -1;

  /**
   * @param list the element of the list
   * @param id begins the id of each row
   */
  constructor(
    private readonly list: HTMLElement,
    private readonly id: string,
  ) {}

  /**
   * Shows an answer. A row that says the same as the one that was there stays.
   * @param offset how many rows are shown and stay; 0 where the answer takes the place of all of them
   */
  show(rows: readonly RowTexts[], offset: number): void {
    const before = this.shown;
    const answer = rows.map((texts, index) => {
      const same = before[offset + index];
      if (same && isSame(same.texts, texts)) return same;
      return { texts, element: this.element(texts, offset + index) };
    });
    const elements = answer.map(({ element }) => element);
    if (offset === 0) this.list.replaceChildren(...elements);
    else this.list.append(...elements);
    this.shown = [...before.slice(0, offset), ...answer];
  }

  /**
   * Marks the active row.
   * @param index -1 for none
   * @returns the row, if there is one
   */
  activate(index: number): HTMLElement | undefined {
    const [last, now] = [this.shown[this.active]?.element, this.shown[index]?.element];
    if (last !== now) mark(last, false);
    mark(now, true);
    this.active = index;
    return now;
  }

  /** Index of the row that an element belongs to; -1 for none. */
  indexOf(element: Element): number {
    const row = element.closest('[role="option"]');
    return this.shown.findIndex((one) => one.element === row);
  }

  private element({ name, key, aside, status }: RowTexts, index: number): HTMLElement {
    const row = this.part("div", "aliyun-iot-picker-row");
    row.id = `${this.id}-${index}`;
    row.setAttribute("role", "option");
    mark(row, false);
    if (status !== undefined) {
      const dot = this.part("i", dotClass(status));
      dot.setAttribute("aria-hidden", "true");
      row.append(dot);
    }
    if (name) {
      const shownName = this.part("span", "aliyun-iot-picker-name", name);
      shownName.title = name;
      row.append(shownName);
    }
    row.append(
      this.part("span", `aliyun-iot-picker-key${name ? "" : " aliyun-iot-picker-only"}`, key),
      ...(aside ? [this.part("span", "aliyun-iot-picker-aside", aside)] : []),
    );
    return row;
  }

  private part(tag: string, className: string, text = ""): HTMLElement {
    const element = this.list.ownerDocument.createElement(tag);
    element.className = className;
    if (text !== "") element.textContent = text;
    return element;
  }
}

function mark(row: HTMLElement | undefined, isActive: boolean): void {
  row?.classList.toggle("active", isActive);
  row?.setAttribute("aria-selected", String(isActive));
}

function isSame(one: RowTexts, other: RowTexts): boolean {
  return (
    one.key === other.key &&
    one.name === other.name &&
    one.aside === other.aside &&
    one.status === other.status
  );
}
