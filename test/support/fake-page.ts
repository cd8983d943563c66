/** As much of an element as the rows of a list need, and a count of what was made and changed. */
export class FakePage {
  /** Elements that were created. */
  created = 0;
  /** Attributes and classes that were set. */
  touched = 0;

  createElement(tag: string): FakeElement {
    this.created++;
    return new FakeElement(this, tag);
  }

  /** For code that takes the browser's own element. */
  list(): { element: FakeElement; asElement: HTMLElement } {
    const element = new FakeElement(this, "div");
    return { element, asElement: element as unknown as HTMLElement };
  }
}

class FakeElement {
  children: FakeElement[] = [];
  className = "";
  id = "";
  title = "";
  private text = "";
  private readonly attributes = new Map<string, string>();
  private parent: FakeElement | undefined;

  constructor(
    readonly ownerDocument: FakePage,
    readonly tag: string,
  ) {}

  readonly classList = {
    toggle: (name: string, isOn: boolean): void => {
      this.ownerDocument.touched++;
      const others = this.className.split(" ").filter((one) => one !== "" && one !== name);
      this.className = [...others, ...(isOn ? [name] : [])].join(" ");
    },
  };

  get textContent(): string {
    return this.text + this.children.map((child) => child.textContent).join("|");
  }

  set textContent(text: string) {
    this.text = text;
  }

  setAttribute(name: string, value: string): void {
    this.ownerDocument.touched++;
    this.attributes.set(name, value);
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }

  append(...elements: FakeElement[]): void {
    for (const child of elements) child.parent = this;
    this.children.push(...elements);
  }

  replaceChildren(...elements: FakeElement[]): void {
    for (const child of this.children) child.parent = undefined;
    this.children = [];
    this.append(...elements);
  }

  closest(selector: '[role="option"]'): FakeElement | null {
    if (selector.includes(String(this.getAttribute("role")))) return this;
    return this.parent?.closest(selector) ?? null;
  }
}
