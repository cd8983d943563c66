/** A field that the dialog sets up once it is to be seen. */
interface LateField {
  element: Pick<Element, "closest">;
  build(): void;
}

/** Calls back after each change that may show something in a form. @returns what ends it */
type Watch<Form> = (form: Form, act: () => void) => () => void;

const watchAttributes: Watch<Node> = (form, act) => {
  const observer = new MutationObserver(act);
  observer.observe(form, { subtree: true, attributeFilter: ["class", "open"] });
  return () => observer.disconnect();
};

/** What hides a part of a dialog: a folded section, or a row that does not apply. */
const hiding = "details:not([open]), .aliyun-iot-hidden";

/**
 * The fields of a form that are not set up yet. A typed field takes the editor milliseconds, and most of those in a
 * dialog are in folded sections, or in rows that do not apply.
 */
export class LateFields<Form = Node> {
  private readonly waiting = new Set<LateField>();
  private stop: (() => void) | undefined;

  constructor(private readonly watch = watchAttributes as Watch<Form>) {}

  add(field: LateField): void {
    this.waiting.add(field);
  }

  remove(field: LateField): void {
    this.waiting.delete(field);
  }

  /**
   * Sets up what is to be seen, and from now on whatever is unfolded or shown: before the browser draws it, and
   * before the next key reaches the page.
   */
  show(form: Form): void {
    this.buildShown();
    if (this.waiting.size > 0) this.stop = this.watch(form, () => this.buildShown());
  }

  private buildShown(): void {
    for (const field of this.waiting) {
      if (field.element.closest(hiding)) continue;
      this.waiting.delete(field);
      field.build();
    }
    if (this.waiting.size === 0) this.stop?.();
  }
}
