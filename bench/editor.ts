import type { Page, Request } from "playwright-core";
import { editorReady, launchBrowser, still } from "../test/editor/browser";
import { nodeOnCanvas, openNode, pressCancel } from "../test/editor/steps";
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
/**
 * What a dialog or a list has started has come to its end when nothing has been asked for this long; longer than any pause
 * after which the editor code asks.
 */
const quietMs = 600;

/**
 * What the editor has to do when a dialog opens, for an account with ten thousand devices and a thing model of 300
 * functions, in each version of Node-RED. For comparison, dialogs of Node-RED's own nodes, and ours without our code.
 */
export function raceDialogs(isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  // Node-RED keeps each dialog that was closed in memory, which makes later ones slower.
  const pages = isQuick ? 1 : 4;
  return raceEditor(isQuick, pages, say, async (page, runs, quiet) => {
    const openAll = async (suffix = ""): Promise<void> => {
      for (const name of dialogs) await openDialog(page, name, quiet, suffix);
    };
    const setOurCode = await ourCode(page);
    await openAll();
    return async () => {
      for (let run = 0; run < runs; run++) {
        await setOurCode(true);
        await openAll();
        await setOurCode(false);
        await openAll(suffixAlone);
      }
    };
  });
}

/** What it has to do at each key stroke in a picker, for the same account. */
export function raceKeys(isQuick: boolean, say: (line: string) => void): Promise<Row[]> {
  return raceEditor(isQuick, 1, say, async (page, runs, quiet) => {
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

async function raceEditor(
  isQuick: boolean,
  pages: number,
  say: (line: string) => void,
  warmUp: WarmUp,
): Promise<Row[]> {
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
    const found = new Map<string, Work[]>();
    const runs = (isQuick ? 2 : 20) / pages;
    try {
      for (let count = 1; count <= pages; count++) {
        const page = await browser.newPage({ locale: "en-US", viewport: { width: 1280, height: 1000 } });
        await page.goto(`${runtime.url}/`);
        await editorReady(page);
        say(`Node-RED ${version}, page ${count} of ${pages}: warming up`);
        const act = await warmUp(page, runs, quietness(page));
        say(`Node-RED ${version}, page ${count} of ${pages}: ${runs} times each`);
        for (const [name, works] of await traced(browser, page, act))
          found.set(name, [...(found.get(name) ?? []), ...works]);
        await page.close();
      }
      return rowsOf(`Node-RED ${version}`, found);
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
          zh: `${version}：${inChinese(name)}，${lines[what].zh}`,
        },
        value: name.startsWith("key") ? quantile(values, 0.95) : median(values),
        unit: "ms",
        target: atMost === undefined ? undefined : { atMost },
      };
    };
    if (name.startsWith("key")) return [row("script", wanted.key), row("all")];
    if (name.endsWith(suffixAlone)) return [];
    if (!isOurs(name)) return [row("script"), row("all")];
    const afterwards = works.some(({ later }) => later > 0) ? [row("later"), row("maxTask")] : [];
    const filled = works.some(({ untilFilled }) => untilFilled > 0) ? [row("untilFilled")] : [];
    return [
      row("script", wanted.dialog),
      ...ofAlone(version, name, found),
      ...afterwards,
      row("all"),
      ...filled,
    ];
  });
}

/** What is measured, in the Chinese table; dialogs have the names of their nodes. */
function inChinese(name: string): string {
  return lists.find((list) => name === keyIn(list))?.zh ?? name;
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
  later: { en: "script for rows out of view", zh: "视野之外各行的脚本" },
  maxTask: { en: "longest of these scripts", zh: "其中最长的一段脚本" },
  all: { en: "in all", zh: "总计" },
  untilFilled: { en: "until it is filled in", zh: "至填充完成" },
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
    // On a busy machine the second click may come too late for a double click. A locator's own search would count.
    if (await page.evaluate("document.querySelector('.red-ui-tray') !== null")) break;
  }
  await end(page, `${name}${suffix}`);
  await pressCancel(page);
}

function keyIn({ name }: (typeof lists)[number]): string {
  return `key in ${name}`;
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
    await start(page, keyIn(list));
    await page.keyboard.press(key);
    await quiet();
    await end(page, keyIn(list));
  }
  await page.keyboard.press("Escape");
  await pressCancel(page);
}

/** @returns a switch: whether our code sets up our dialogs, or their markup is left to Node-RED alone */
async function ourCode(page: Page): Promise<(isOn: boolean) => Promise<void>> {
  await page.evaluate(`window.prepares = new Map(RED.nodes.registry.getNodeTypes()
    .filter((type) => type.startsWith("aliyun-iot-"))
    .map((type) => [type, RED.nodes.getType(type).oneditprepare]))`);
  return (isOn) =>
    page.evaluate(`for (const [type, prepare] of prepares) {
      RED.nodes.getType(type).oneditprepare = ${isOn ? "prepare" : "() => undefined"};
    }`);
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
