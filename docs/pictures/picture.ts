import type { Page } from "playwright-core";
import type { Editor, Look } from "../../test/editor/browser";
import type { Frame } from "./hand";

export type Language = Look["lang"];

/** The languages that the documentation has, each with pictures of its own. */
export const languages: readonly Language[] = ["en-US", "zh-CN"];

/** A part of the page, in CSS pixels. */
export interface Clip {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What decides how something looks in the editor. */
export interface Shown {
  /** Name of the picture's file, without the extension. */
  name: string;
  /** The nodes whose dialogs are seen: folders of `nodes/`. */
  nodes: readonly string[];
  /** Other files that are seen, relative to the repository. */
  files?: (language: Language) => readonly string[];
}

/** A picture of a dialog or a flow. */
export interface Picture extends Shown {
  /** Brings the editor to what is to be shown, and answers where that is. */
  show(editor: Editor): Promise<Clip>;
}

/** A moving picture. */
export interface Film extends Shown {
  frames(editor: Editor, language: Language): Promise<Frame[]>;
}

/** Where an element is on the page. */
export async function clipOf(page: Page, selector: string): Promise<Clip> {
  const box = await page.locator(selector).last().boundingBox();
  if (!box) throw new Error(`${selector} is not on the page.`);
  return box;
}
