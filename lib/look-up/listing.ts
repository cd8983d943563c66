import { withTimeout } from "../base/with-timeout";

/** One page of the platform's answer. */
export interface Page<Row> {
  rows: Row[];
  /** Number of rows in all. */
  total: number;
  /** What to ask for the next page with; undefined on the last one. */
  next: string | undefined;
}

/** What a search found so far. */
export interface Found<Row> {
  rows: Row[];
  /** Matches among the rows that are loaded. */
  matches: number;
  loaded: number;
  total: number;
  /** Whether more rows are being loaded, so that a later search may find more. */
  isLoading: boolean;
  /** Why the list is incomplete, if it is. */
  failure: unknown;
}

export interface Search {
  text: string;
  offset: number;
  limit: number;
}

/** Rows beyond this are not loaded; their names have to be typed in. */
const maxRows = 50_000;
/**
 * The pages of `maxRows` at 50 a page, the smallest page size that is used, and some more for pages that are not full.
 */
const maxPages = 1200;
/** No platform's token is longer. */
const maxTokenLength = 2000;
const freshMs = 60_000;
const freshAfterFailureMs = 3000;
/** How long a search waits for more rows before it returns what there is. */
const patienceMs = 100;

/**
 * A list that the platform returns page by page and cannot search: loaded once, in the background, and searched here. A
 * search returns as soon as it has found enough, or after a short wait with what there is. A list ends at a page without
 * new rows, even if the platform announces a next one.
 */
export class Listing<Row> {
  private rows: readonly Row[] = [];
  /** The texts of each row in lower case, for the searches: every key stroke in a picker is one. */
  private folded: readonly (readonly string[])[] = [];
  private total = 0;
  private failure: unknown;
  /** Whether the rows are all that the platform has. */
  private isWhole = false;
  private freshUntil = Number.NEGATIVE_INFINITY;
  private loading: Promise<void> | undefined;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly load: (next: string | undefined) => Promise<Page<Row>>,
    /** The texts by which a row is found; the first identifies it. */
    private readonly textsOf: (row: Row) => readonly string[],
    /** A monotonic clock in milliseconds: the machine's clock may be set back by years. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Rows that contain the text; exact matches come first, then rows that begin with it.
   * @throws {Failure} where not even a first page could be loaded
   */
  async search({ text, offset, limit }: Search): Promise<Found<Row>> {
    if (!this.loading && this.now() >= this.freshUntil) this.loading = this.loadAll();
    while (this.loading && this.rows.length === 0) await this.change();
    if (this.rows.length === 0 && this.failure !== undefined) throw this.failure;
    let matches = this.matching(text);
    const until = performance.now() + patienceMs;
    while (this.loading && matches.length < offset + limit && performance.now() < until) {
      await this.change(until - performance.now());
      matches = this.matching(text);
    }
    return {
      rows: matches.slice(offset, offset + limit),
      matches: matches.length,
      loaded: this.rows.length,
      total: Math.max(this.total, this.rows.length),
      isLoading: this.loading !== undefined,
      failure: this.failure,
    };
  }

  /** Reloads the list at the next search. */
  forget(): void {
    this.freshUntil = Number.NEGATIVE_INFINITY;
  }

  /** All rows, if they are loaded, complete and recent; loads nothing. */
  whole(): readonly Row[] | undefined {
    return this.isWhole && !this.loading && this.now() < this.freshUntil ? this.rows : undefined;
  }

  /** Never rejects. */
  private async loadAll(): Promise<void> {
    const rows: Row[] = [];
    const folded: string[][] = [];
    const names = new Set<string | undefined>();
    let next: string | undefined;
    let pages = 0;
    this.failure = undefined;
    this.isWhole = false;
    try {
      do {
        const page: Page<Row> = await this.load(next);
        const before = rows.length;
        for (const row of page.rows) {
          if (rows.length >= maxRows) break;
          const texts = this.textsOf(row);
          const [name] = texts;
          if (names.has(name)) continue;
          names.add(name);
          rows.push(row);
          folded.push(texts.map((text) => text.toLowerCase()));
        }
        const mayGoOn = rows.length > before && rows.length < maxRows && ++pages < maxPages;
        next = mayGoOn ? page.next : undefined;
        // The previous rows are used until the new list is as long.
        if (rows.length >= this.rows.length || next === undefined) {
          this.rows = next === undefined ? rows : rows.slice();
          this.folded = folded;
          this.total = page.total;
          this.isWhole = page.next === undefined && rows.length >= page.total;
          this.tell();
        }
      } while (next !== undefined);
      this.freshUntil = this.now() + freshMs;
    } catch (error) {
      this.failure = error ?? new Error("unknown");
      this.freshUntil = this.now() + freshAfterFailureMs;
    }
    this.loading = undefined;
    this.tell();
  }

  /** Resolves when there are more rows, when the list is complete, or after the given time. */
  private async change(milliseconds?: number): Promise<void> {
    const changed = new Promise<void>((resolve) => this.waiting.push(resolve));
    await (milliseconds === undefined ? changed : withTimeout(changed, milliseconds));
  }

  private tell(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }

  private matching(text: string): readonly Row[] {
    const wanted = text.trim().toLowerCase();
    if (wanted === "") return this.rows;
    const ranks: [Row[], Row[], Row[]] = [[], [], []];
    for (const [index, row] of this.rows.entries()) {
      ranks[rankOf(this.folded[index] ?? [], wanted)]?.push(row);
    }
    return ranks.flat();
  }
}

/**
 * Loads pages and stops if the platform returns a token twice, which would lead in a circle. For one listing, which asks
 * for one page at a time.
 */
export function withoutCircles<Row>(
  load: (next: string | undefined) => Promise<Page<Row>>,
): (next: string | undefined) => Promise<Page<Row>> {
  let known = new Set<string>();
  return async (asked) => {
    if (asked === undefined) known = new Set();
    else known.add(asked);
    const page = await load(asked);
    const { next } = page;
    if (next === undefined || (next.length <= maxTokenLength && !known.has(next))) return page;
    return { ...page, next: undefined };
  };
}

/** Of texts in lower case: 0 for the same text, 1 for its beginning, 2 for a part; 3 for none. */
function rankOf(texts: readonly string[], wanted: string): number {
  let rank = 3;
  for (const text of texts) {
    const at = text.indexOf(wanted);
    if (at < 0) continue;
    rank = Math.min(rank, at > 0 ? 2 : text.length === wanted.length ? 0 : 1);
  }
  return rank;
}
