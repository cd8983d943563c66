import type { Text } from "../lib/base/failure";
import type { FailureTexts } from "./translate";

/** What a look-up of a list answers. */
export interface FoundRows<Row> {
  rows: Row[];
  /** Matches among the rows that are loaded. */
  matches: number;
  loaded?: number;
  total?: number;
  /** Whether more rows are being loaded, so that it pays to ask again. */
  isLoading: boolean;
  /** Why the list ends early. */
  error?: FailureTexts;
}

/** Rows that are asked for at a time. */
const rowsPerPage = 50;
/** How close to the end of the list somebody comes before more rows are asked for. */
const nearEnd = 5;

/** The list of a picker: which rows are there, which one is active, and which request was the latest. */
export class PickerState<Row> {
  /** Index of the active row; -1 for none. */
  active = -1;
  private shown: Row[] = [];
  private matches = 0;
  private question = 0;

  get rows(): readonly Row[] {
    return this.shown;
  }

  get activeRow(): Row | undefined {
    return this.shown[this.active];
  }

  /** Only the answer to the latest request counts. */
  ask(): number {
    return ++this.question;
  }

  isLast(question: number): boolean {
    return question === this.question;
  }

  /** Somebody types: what was active, or is still being asked for, is no longer what they are looking for. */
  search(): void {
    this.active = -1;
    this.question++;
  }

  /**
   * Adds an answer. After a search the first row becomes active, so that Enter chooses it.
   * @param offset index of the first row of the answer
   */
  take(found: FoundRows<Row>, offset: number, search: string): void {
    const wasActive = offset === 0 && search === "" ? -1 : this.active;
    this.shown = offset === 0 ? [...found.rows] : [...this.shown, ...found.rows];
    this.matches = found.matches;
    this.moveTo(Math.max(wasActive, this.shown.length > 0 && search !== "" ? 0 : -1));
  }

  fail(): void {
    this.shown = [];
    this.active = -1;
  }

  moveTo(index: number): void {
    this.active = Math.max(-1, Math.min(index, this.shown.length - 1));
  }

  get hasMore(): boolean {
    return this.shown.length > 0 && this.shown.length < this.matches;
  }

  get isNearEnd(): boolean {
    return this.active >= this.shown.length - nearEnd;
  }

  /** Whether to ask again for the same rows, as long as there is no second page to lose. */
  isToRepeat({ isLoading }: FoundRows<Row>): boolean {
    return isLoading && this.shown.length <= rowsPerPage;
  }

  /** The line below the list. */
  note({ isLoading, loaded = 0, total = 0 }: FoundRows<Row>, search: string): Text {
    const { matches } = this;
    if (isLoading) return { key: "picker.loading", params: { loaded, total, matches } };
    if (matches === 0) return { key: search === "" ? "picker.none" : "picker.no-match" };
    return { key: "picker.count", params: { shown: this.shown.length, matches } };
  }
}
