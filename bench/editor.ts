import type { Page, Request } from "playwright-core";
import { editorReady, launchBrowser, still } from "../test/editor/browser";
import { dialog, nodeOnCanvas, openNode, pressCancel } from "../test/editor/steps";
import { startRuntime } from "../test/support/runtime";
import { startSimulator } from "../test/support/simulator";
import { type NodeRedVersion, versions } from "../test/support/versions";
import { end, start, traced, type Work } from "./browser-work";
import { credentials, type Dialog, dialogs, editorFlow, isOurs, largeHome, lists } from "./editor-flow";
import type { Row } from "./row";
import { median, quantile } from "./statistics";

/** Marks a dialog of ours of which only the markup is there. */
const suffixAlone = " without our code";
/** Milliseconds of script: until a dialog is open and filled in, and for 95 % of all key strokes in a picker. */
const wanted = { dialog: 150, key: 16 };
/** What a dialog or a list has started has come to its end when nothing has been asked for this long. */
const quietMs = 400;

/**
 * What the editor has to do when a dialog opens, for an account with ten thousand devices and a thing model of 300
 * functions, in each version of Node-RED. For comparison, dialogs of Node-RED's own nodes, and ours without our code.
 */
export function raceDialogs(isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  return raceEditor(isQuick, say, async (page, runs, quiet) => {
    const openAll = async (suffix = ""): Promise<void> => {
      for (const name of dialogs) await openDialog(page, name, quiet, suffix);
    };
    await openAll();
    return async () => {
      for (let run = 0; run < runs; run++) await openAll();
      await withoutOurCode(page);
      for (let run = 0; run < runs; run++) await openAll(suffixAlone);
    };
  });
}

/** What it has to do at each key stroke in a picker, for the same account. */
export function raceKeys(isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  return raceEditor(isQuick, say, async (page, runs, quiet) => {
    const typeAll = async (): Promise<void> => {
      for (const list of lists) await typeInto(page, list, quiet);
    };
    await typeAll();
    return async () => {
      for (let run = 0; run < runs; run++) await typeAll();
    };
  });
}

/** Does everything once before it counts, and returns what does it as often as it counts. */
type WarmUp = (page: Page, runs: number, quiet: () => Promise<void>) => Promise<() => Promise<void>>;

async function raceEditor(isQuick: boolean, say: (line: string) => void, warmUp: WarmUp): Promise<Row[]> {
  const rows: Row[] = [];
  const simulator = await startSimulator(largeHome());
  const browser = await launchBrowser();
  try {
    for (const version of versions) rows.push(...(await measure(version)));
  } finally {
    await browser.close();
    await simulator.stop();
  }
  return rows;

  async function measure(version: NodeRedVersion): Promise<Row[]> {
    const flows = editorFlow(simulator.endpoint);
    const runtime = await startRuntime({ version, flows, credentials });
    try {
      const page = await browser.newPage({ locale: "en-US", viewport: { width: 1280, height: 1000 } });
      await page.goto(`${runtime.url}/`);
      await editorReady(page);
      const runs = isQuick ? 2 : 20;
      say(`Node-RED ${version}: warming up`);
      const act = await warmUp(page, runs, quietness(page));
      say(`Node-RED ${version}: ${runs} times each`);
      return rowsOf(`Node-RED ${version}`, await traced(browser, page, act));
    } finally {
      await runtime.stop();
    }
  }
}

function rowsOf(version: string, found: Map<string, Work[]>): Row[] {
  return [...found].flatMap(([name, works]) => {
    const row = (what: keyof Work, atMost?: number): Row => {
      const values = works.map((work) => work[what]);
      return {
        part: "editor",
        line: {
          en: `${version}: ${name}, ${lines[what].en}`,
          zh: `${version}：${name}，${lines[what].zh}`,
        },
        value: name.startsWith("key") ? quantile(values, 0.95) : median(values),
        unit: "ms",
        target: atMost === undefined ? undefined : { atMost },
      };
    };
    if (name.startsWith("key")) return [row("script", wanted.key), row("all")];
    if (name.endsWith(suffixAlone)) return [];
    if (!isOurs(name)) return [row("script"), row("all")];
    // Where the answers to all look-ups are known already, nothing separates what runs afterwards: it counts as well.
    const afterwards = works.some(({ later }) => later > 0) ? [row("later"), row("maxTask")] : [];
    return [row("script", wanted.dialog), ...ofAlone(version, name, found), ...afterwards, row("all")];
  });
}

/** What a dialog takes, of what Node-RED takes for its markup alone. */
function ofAlone(version: string, name: string, found: Map<string, Work[]>): Row[] {
  const script = (of: string): number => median((found.get(of) ?? []).map((work) => work.script));
  const line = {
    en: `${version}: ${name}, script, of Node-RED’s own for it`,
    zh: `${version}：${name}，脚本，与 Node-RED 自身所用之比`,
  };
  return [{ part: "editor", line, value: script(name) / script(`${name}${suffixAlone}`), unit: "×" }];
}

const lines: Record<keyof Work, { en: string; zh: string }> = {
  script: { en: "script", zh: "脚本" },
  later: { en: "script afterwards", zh: "打开后的脚本" },
  maxTask: { en: "longest script afterwards", zh: "打开后最长的一段脚本" },
  all: { en: "in all", zh: "总计" },
};

/** From the double click until all is filled in. Nothing else may run in the page meanwhile. */
async function openDialog(
  page: Page,
  name: Dialog,
  quiet: () => Promise<void>,
  suffix: string,
): Promise<void> {
  if (suffix !== "" && !isOurs(name)) return;
  const node = nodeOnCanvas(page, name).first();
  await still(node);
  const box = await node.boundingBox();
  if (!box) throw new Error(`The node ${name} is not to be seen.`);
  for (;;) {
    await start(page, `${name}${suffix}`);
    await page.mouse.dblclick(box.x + box.width / 2, box.y + box.height / 2);
    await quiet();
    // On a busy machine the second click may come too late for a double click.
    if ((await dialog(page).count()) > 0) break;
  }
  await end(page, `${name}${suffix}`);
  await pressCancel(page);
}

/** Each key that is pressed in a list, from the stroke until the answer is shown. */
async function typeInto(page: Page, list: (typeof lists)[number], quiet: () => Promise<void>): Promise<void> {
  await openNode(page, list.node);
  await quiet();
  await page.locator(list.button).click();
  const rows = page.locator(".aliyun-iot-picker [role=option]");
  for (const text of list.rows) await rows.filter({ hasText: text }).first().click();
  await rows.nth(5).waitFor();
  await quiet();
  for (const key of list.keys) {
    await start(page, `key in ${list.name}`);
    await page.keyboard.press(key);
    await quiet();
    await end(page, `key in ${list.name}`);
  }
  await page.keyboard.press("Escape");
  await pressCancel(page);
}

/** Leaves the markup of our dialogs to Node-RED alone. */
async function withoutOurCode(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    for (const type of RED.nodes.registry.getNodeTypes()) {
      if (type.startsWith("aliyun-iot-")) RED.nodes.getType(type).oneditprepare = () => undefined;
    }
  })()`);
}

/** @returns what resolves once the page has asked for nothing for a while */
function quietness(page: Page): () => Promise<void> {
  const open = new Set<Request>();
  let timer: NodeJS.Timeout | undefined;
  let resolve = (): void => undefined;
  const restart = (): void => {
    clearTimeout(timer);
    if (open.size === 0) timer = setTimeout(() => resolve(), quietMs);
  };
  const close = (request: Request): void => {
    if (open.delete(request)) restart();
  };
  page.on("request", (request) => {
    open.add(request);
    restart();
  });
  page.on("requestfinished", close);
  page.on("requestfailed", close);
  return () =>
    new Promise((done) => {
      resolve = done;
      restart();
    });
}
