// To start Node-RED, a browser and the editor in it takes most of the time of these tests.
// One Node-RED of each version serves all files, and a page serves all tests that want the same look. Between two files
// it is given other flows, without being loaded anew.
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { ask, deploy, type FlowNode } from "../support/admin";
import { endEachTest } from "../support/hooks";
import { type Runtime, type RuntimeOptions, startRuntime } from "../support/runtime";
import { shared } from "../support/shared";
import type { NodeRedVersion } from "../support/versions";
import { type Editor, type Look, newEditor, tabLabel, type Viewport } from "./browser";
import { giveFlows, takeFlows } from "./flows-on-page";
import { dialog, pressCancel } from "./steps";

const runtimes = { 4: sharedRuntime(4), 5: sharedRuntime(5) };

function sharedRuntime(version: NodeRedVersion): () => Promise<Runtime> {
  return shared(
    async () => {
      const runtime = await startRuntime({ version, flows: [] });
      // The tips in the sidebar change every 15 s, and fail in Node-RED 5, which has no place for them.
      await ask(runtime, "settings/user", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ editor: { view: { "view-show-tips": false } } }),
      });
      return runtime;
    },
    (runtime) => runtime.stop(),
  );
}

/** The Node-RED that all files share, with these flows instead of those of the file before. */
export async function runtimeWith(
  options: Pick<RuntimeOptions, "version" | "credentials"> & { flows: FlowNode[] },
): Promise<Runtime> {
  const runtime = await runtimes[options.version]();
  const flows = options.flows.map((node) => {
    const credentials = options.credentials?.[node.id];
    return credentials ? { ...node, credentials } : node;
  });
  try {
    await deploy(runtime, flows);
  } catch (error) {
    throw new Error(`Node-RED did not take the flows:\n${runtime.log().slice(-2000)}`, { cause: error });
  }
  return runtime;
}

const usual = { width: 1280, height: 900 };
let inUse: Editor | undefined;
/** Left by tests of the same flows. */
let free: Editor[] = [];
/** Left by earlier files, and without flows. */
let parked: Editor[] = [];

/**
 * The editor as it is after a start: in a page that an earlier test has left, or else in a new one. The browser draws
 * the page in front; in one behind it a click or a drag takes seconds.
 */
export async function openEditor(runtime: Runtime, look: Look, viewport = usual): Promise<Editor> {
  const left = free.find(fitting(look, viewport));
  free = free.filter((editor) => editor !== left);
  inUse = left ?? (await unpark(runtime, look, viewport)) ?? (await newEditor(runtime, look, viewport));
  await inUse.page.bringToFront();
  if (left) await resize(left, viewport);
  return inUse;
}

/** Finds an editor of that look and width: what the editor hides in a narrow window stays hidden. */
function fitting(look: Look, { width }: Viewport): (editor: Editor) => boolean {
  return (editor) => isDeepStrictEqual(editor.look, look) && editor.viewport.width === width;
}

async function resize(editor: Editor, viewport: Viewport): Promise<void> {
  await editor.page.setViewportSize(viewport);
  editor.viewport = viewport;
}

/** A page that an earlier file has left, with the flows of this one. */
async function unpark(runtime: Runtime, look: Look, viewport: Viewport): Promise<Editor | undefined> {
  const fits = fitting(look, viewport);
  const editor = parked.find((one) => one.url === runtime.url && fits(one));
  if (!editor) return undefined;
  parked = parked.filter((one) => one !== editor);
  try {
    await editor.page.bringToFront();
    await resize(editor, viewport);
    await giveFlows(editor.page);
    await editor.page.getByText(tabLabel).first().waitFor();
  } catch {
    await closeQuietly(editor);
    return undefined;
  }
  editor.forgetComplaints();
  return editor;
}

/** Each test of the editor ends with this: the browser has complained of nothing. */
endEachTest(async () => {
  assert.deepEqual(inUse?.complaints.splice(0) ?? [], [], "what the browser complained of");
});

/**
 * Leaves the editor to the next test. Of a test that failed it keeps a picture and the console, and says where.
 * Never rejects: a page that is no longer usable is closed, and the next test gets a new one.
 */
export async function leaveEditor(test?: Mocha.Runnable): Promise<void> {
  const editor = inUse;
  if (!editor) return;
  const hasFailed = test?.state === "failed";
  if (hasFailed) await keepTraces(test);
  const isTidy = !hasFailed && (await tidyUp(editor));
  // What a dialog had asked for when the test ended may be answered only now; it is no matter of the next test.
  editor.forgetComplaints();
  inUse = undefined;
  if (isTidy) free.push(editor);
  else await closeQuietly(editor);
}

/** A page whose browser has ended is closed already. */
async function closeQuietly(editor: Editor): Promise<void> {
  await editor.close().catch(() => undefined);
}

/** Keeps a picture of a failed test and what the browser's console has said; says and answers in which files. */
export async function keepTraces(test?: Mocha.Runnable): Promise<string[]> {
  const name = (test?.fullTitle() ?? "").replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 120);
  try {
    const files = (await inUse?.keepTraces(`failed-${name}`)) ?? [];
    if (files.length > 0) console.error(`      The page and its console: ${files.join(", ")}`);
    return files;
  } catch (error) {
    console.error("      No picture of the page was kept:", error);
    return [];
  }
}

/** Keeps the pages that the tests of a file have left for the next file, whose flows are others. */
export async function parkEditors(): Promise<void> {
  await Promise.all(free.splice(0).map(park));
}

async function park(editor: Editor): Promise<void> {
  try {
    await takeFlows(editor.page);
    parked.push(editor);
  } catch {
    await closeQuietly(editor);
  }
}

/** Closes the pages that tests have left: those of a Node-RED that is stopped are of no use to anybody else. */
export async function closeEditors(): Promise<void> {
  await Promise.all(free.splice(0).map(closeQuietly));
}

/** Closes all dialogs and undoes what has not been deployed; answers whether the editor is as after a start. */
async function tidyUp({ page }: Editor): Promise<boolean> {
  for (const event of ["response", "dialog"] as const) page.removeAllListeners(event);
  try {
    if ((await page.locator(".aliyun-iot-picker").count()) > 0) await page.keyboard.press("Escape");
    while ((await dialog(page).count()) > 0) await pressCancel(page);
    return await page.evaluate<boolean>(`(() => {
      while (RED.nodes.dirty() && RED.history.depth() > 0) RED.history.pop();
      RED.history.clear();
      RED.view.select(null);
      return !RED.nodes.dirty();
    })()`);
  } catch {
    return false;
  }
}
