/** A field that the dialog sets up once it is to be seen. */
interface LateField {
  element: Element;
  build(): void;
}

/** What hides a part of a dialog: a folded section, or a row that does not apply. */
const hiding = "details:not([open]), .aliyun-iot-hidden";

/**
 * The fields of a form that are not set up yet. A typed field takes the editor milliseconds, and most of those in a
 * dialog are in folded sections, or in rows that do not apply.
 */
export class LateFields {
  private readonly waiting = new Set<LateField>();
  private observer: MutationObserver | undefined;

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
  show(form: Element): void {
    this.buildShown();
    this.observer = new MutationObserver(() => this.buildShown());
    this.observer.observe(form, { subtree: true, attributeFilter: ["class", "open"] });
  }

  private buildShown(): void {
    for (const field of this.waiting) {
      if (field.element.closest(hiding)) continue;
      this.waiting.delete(field);
      field.build();
    }
    if (this.waiting.size === 0) this.observer?.disconnect();
  }
}
