/** More are hardly to be seen of a form when its dialog opens. */
const maxAtOnce = 8;
/** The least that a row takes, in pixels. */
const rowHeight = 44;
/** How long the rest may keep the editor from answering its user, and how long it then pauses. */
const maxSliceMs = 8;
const pauseMs = 8;

/** What the queue needs of its surroundings; tests have their own. */
interface Clock {
  now(): number;
  setTimeout(act: () => void, ms: number): unknown;
}

const browserClock: Clock = {
  now: () => performance.now(),
  setTimeout: (act, ms) => setTimeout(act, ms),
};

/**
 * How many rows of a form are to be seen at once. To be called before the page is changed: the browser would have to lay
 * it out again for the answer.
 * @param form where its upper edge is, and whether it is shown at all
 * @param height of the window
 */
export function rowsInView(form: Pick<DOMRect, "top" | "width">, height: number): number {
  const room = form.width > 0 ? height - form.top : 0;
  return Math.max(0, Math.min(maxAtOnce, Math.ceil(room / rowHeight)));
}

/**
 * Builds the rows of a form: the first ones at once, the others soon afterwards, a few at a time. A typed field takes
 * the editor milliseconds, and a form may have hundreds of them.
 */
export class RowQueue {
  private readonly waiting = new Set<() => void>();
  private isScheduled = false;

  /** @param left how many rows may still be built at once; see `rowsInView` */
  constructor(
    private readonly clock: Clock = browserClock,
    private left = maxAtOnce,
  ) {}

  /**
   * @param build builds the content of a row
   * @returns what makes sure that the row is there, for whoever needs it now
   */
  add(build: () => void): () => void {
    const ensure = (): void => {
      if (this.waiting.delete(ensure)) build();
    };
    this.waiting.add(ensure);
    this.schedule();
    if (this.left > 0) {
      this.left--;
      ensure();
    }
    return ensure;
  }

  /** To be called when the form is gone. */
  stop(): void {
    this.waiting.clear();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.clock.setTimeout(this.buildLater, pauseMs);
  }

  /** The bench finds it in the browser's trace by this name. */
  private readonly buildLater = (): void => {
    const until = this.clock.now() + maxSliceMs;
    // Rows inside of a row wait for their turn as well.
    this.left = 0;
    for (const ensure of this.waiting) {
      ensure();
      if (this.clock.now() >= until) break;
    }
    this.isScheduled = false;
    if (this.waiting.size > 0) this.schedule();
    else this.left = maxAtOnce;
  };
}
