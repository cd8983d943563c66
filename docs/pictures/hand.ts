import type { Locator, Page } from "playwright-core";
import { still } from "../../test/editor/browser";

/** A frame of a moving picture: the page as PNG, and how long it is shown, in ms. */
export interface Frame {
  image: Buffer;
  ms: number;
}

/** How long a frame lasts in which the pointer moves. */
const stepMs = 60;
/** So many frames take the pointer from one place to the next. */
const steps = 6;

/** Draws the pointer, which screenshots leave out, and a line of text at the bottom. */
const overlay = `(() => {
  const layer = document.createElement("div");
  layer.style.cssText = "position:fixed;inset:0;z-index:100000;pointer-events:none";
  layer.innerHTML = '<div id="film-says" style="position:absolute;bottom:0;left:0;right:0;padding:9px 16px;background:#222;color:#fff;font:16px sans-serif;text-align:center"></div><svg id="film-pointer" width="24" height="24" viewBox="0 0 24 24" style="position:absolute;left:0;top:0"><path d="M3 1v18l5-5 3.5 8 3-1.3L11 13h7z" fill="#111" stroke="#fff" stroke-width="1.5"/></svg>';
  document.body.append(layer);
  const pointer = layer.querySelector("#film-pointer");
  addEventListener("mousemove", ({ clientX, clientY }) => {
    pointer.style.transform = "translate(" + (clientX - 3) + "px," + (clientY - 1) + "px)";
  }, true);
})()`;

/** Somebody who works in the editor with the mouse while frames are taken. */
export class Hand {
  readonly frames: Frame[] = [];
  private at = { x: 500, y: 300 };

  constructor(private readonly page: Page) {}

  /** Shows the pointer. */
  async begin(): Promise<void> {
    await this.page.evaluate(overlay);
    await this.page.mouse.move(this.at.x, this.at.y);
  }

  /** Writes a line at the bottom, from the next frame on. */
  async say(text: string): Promise<void> {
    await this.page.locator("#film-says").evaluate((element, words) => {
      element.textContent = words;
    }, text);
  }

  /** Shows the page as it is now. */
  async pause(ms: number): Promise<void> {
    this.frames.push({ image: await this.page.screenshot(), ms });
  }

  async click(target: Locator): Promise<void> {
    await this.moveTo(await centre(target));
    await this.pause(250);
    await this.page.mouse.click(this.at.x, this.at.y);
  }

  async doubleClick(target: Locator): Promise<void> {
    await this.moveTo(await centre(target));
    await this.pause(250);
    await this.page.mouse.dblclick(this.at.x, this.at.y);
  }

  async drag(from: Locator, to: { x: number; y: number }): Promise<void> {
    await this.moveTo(await centre(from));
    await this.page.mouse.down();
    await this.moveTo(to);
    await this.page.mouse.up();
    await this.pause(300);
  }

  private async moveTo(to: { x: number; y: number }): Promise<void> {
    const from = this.at;
    for (let n = 1; n <= steps; n++) {
      const part = n / steps;
      await this.page.mouse.move(from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part);
      await this.pause(stepMs);
    }
    this.at = to;
  }
}

/** The middle of an element, once it has come to rest. */
export async function centre(element: Locator): Promise<{ x: number; y: number }> {
  await element.scrollIntoViewIfNeeded();
  await still(element);
  const box = await element.boundingBox();
  if (!box) throw new Error("The element is not to be seen.");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
