// npm run pictures: makes the pictures of the documentation anew whose dialogs or flows have changed since; --all makes
// all of them, a NAME only those of that name. Needs Chromium.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";
import { type Editor, newEditor, type Viewport } from "../../test/editor/browser";
import type { FlowNode } from "../../test/support/admin";
import { cached } from "../../test/support/npm";
import { type Runtime, startRuntime } from "../../test/support/runtime";
import { stopShared } from "../../test/support/shared";
import { films } from "./all";
import { taskFlows, taskPictures } from "./canvas";
import { dialogPictures } from "./dialogs";
import { dialogFlows, tab } from "./flows";
import { fileOf, type Made, readMade, writeMade } from "./made";
import { type Film, type Language, languages, type Picture, type Shown } from "./picture";
import { fingerprint } from "./shown";

const names = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const isAll = process.argv.includes("--all") || names.length > 0;
const usual = { width: 1280, height: 900 };
const ofDialog = { scale: 2, viewport: usual };
const ofFilm = { scale: 1, viewport: { width: 1080, height: 620 } };
const made = readMade();

async function main(): Promise<void> {
  for (const language of languages) {
    await takeAll(language, dialogPictures, dialogFlows(language), tab[language]);
    const flows = await taskFlows(language);
    await takeAll(language, await taskPictures(), flows, String(flows.find(isTab)?.["label"]));
    for (const film of await stale(films, language, ".gif")) {
      const empty: FlowNode[] = [{ id: "house", type: "tab", label: tab[language] }];
      await withEditor(language, empty, tab[language], ofFilm, (editor) => shoot(film, editor));
    }
  }
}

const isTab = ({ type }: FlowNode): boolean => type === "tab";

async function takeAll(
  language: Language,
  pictures: readonly Picture[],
  flows: FlowNode[],
  label: string,
): Promise<void> {
  const due = await stale(pictures, language, ".png");
  if (due.length === 0) return;
  await withEditor(language, flows, label, ofDialog, async (editor) => {
    for (const picture of due) await take(picture, editor);
  });
}

/** Those that show what has changed. */
async function stale<T extends Shown>(all: readonly T[], language: Language, ending: string): Promise<T[]> {
  const due: T[] = [];
  for (const one of all) {
    const isNamed = names.length === 0 || names.includes(one.name);
    const known = made[`${language}/${one.name}${ending}`];
    if (isNamed && (isAll || known !== (await fingerprint(one, language)))) due.push(one);
  }
  return due;
}

async function withEditor(
  language: Language,
  flows: FlowNode[],
  label: string,
  shape: { scale: number; viewport: Viewport },
  use: (editor: Editor) => Promise<void>,
): Promise<void> {
  const runtime: Runtime = await startRuntime({
    version: 5,
    lang: language,
    flows,
    settings: await withAllNodes(),
  });
  try {
    const look = { version: 5, lang: language, theme: "light", scale: shape.scale } as const;
    const editor = await newEditor(runtime, look, shape.viewport, label);
    await use(editor).catch(async (error: unknown) => {
      console.error(`Look at ${(await editor.keepTraces("pictures")).join(", ")}`);
      throw error;
    });
    await editor.close();
  } finally {
    await runtime.stop();
  }
}

/** All nodes of Node-RED, and those of Dashboard 2, which two of the examples have. */
async function withAllNodes(): Promise<Record<string, unknown>> {
  return { nodesDir: await cached("@flowfuse/node-red-dashboard", 1), nodesExcludes: [] };
}

/** Takes a picture with twice the pixels, and as few colours as a dialog needs. */
async function take(picture: Picture, editor: Editor): Promise<void> {
  const { page, look } = editor;
  await editor.reload();
  await page.setViewportSize(usual);
  const clip = await picture.show(editor);
  const png = await page.screenshot({ clip, animations: "disabled", caret: "hide" });
  await keep(picture, look.lang, ".png", await sharp(png).png({ palette: true, colours: 128 }).toBuffer());
}

async function shoot(film: Film, editor: Editor): Promise<void> {
  const { look } = editor;
  const frames = await film.frames(editor, look.lang);
  const images = frames.map(({ image }) => image);
  const gif = await sharp(images, { join: { animated: true } })
    .gif({ delay: frames.map(({ ms }) => ms), loop: 0, colours: 64, dither: 0, interFrameMaxError: 2 })
    .toBuffer();
  await keep(film, look.lang, ".gif", gif);
}

async function keep(shown: Shown, language: Language, ending: string, content: Buffer): Promise<void> {
  const file = fileOf(language, `${shown.name}${ending}`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  const own: Made = { [`${language}/${shown.name}${ending}`]: await fingerprint(shown, language) };
  writeMade(Object.assign(made, own));
  console.log(`${path.relative(process.cwd(), file)}: ${Math.round(content.length / 1024)} KB`);
}

async function run(): Promise<void> {
  try {
    await main();
  } finally {
    await stopShared();
  }
}

run().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
