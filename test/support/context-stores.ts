import helper from "node-red-node-test-helper";

interface Contexts {
  init: (settings: object) => void;
  load: () => Promise<void>;
  close: () => Promise<unknown[]>;
  clean: (flow: object) => Promise<unknown>;
}

let own: Pick<Contexts, "init" | "clean"> | undefined;

/**
 * Gives the flows of this process context stores: `disk` writes at once, `lazy` after a while, `memory` never. They are in the
 * folder, and outlive the process. To unload a flow is a deploy then, which leaves the contexts of its nodes alone.
 */
export async function useContextStores(folder: string): Promise<void> {
  const file = (cache: boolean): { module: string; config: object } => ({
    module: "localfilesystem",
    config: { dir: folder, base: cache ? "lazy" : "disk", cache, flushInterval: 3600 },
  });
  const contextStorage = {
    default: "memory",
    memory: { module: "memory" },
    disk: file(false),
    lazy: file(true),
  };
  helper.settings({ userDir: folder, contextStorage });
  const all = contexts();
  all.init({ userDir: folder, contextStorage });
  await all.load();
  // The helper begins each flow with a store in memory alone, and takes the nodes of one that ends for removed.
  own ??= { init: all.init, clean: all.clean };
  all.init = () => undefined;
  all.clean = () => Promise.resolve();
}

export async function withoutContextStores(): Promise<void> {
  const all = contexts();
  await all.close();
  Object.assign(all, own);
  own = undefined;
  helper.settings({});
  all.init({});
  await all.load();
}

/** The helper has them, and hands out none. */
function contexts(): Contexts {
  const name = "_context";
  return (helper as unknown as Record<string, Contexts>)[name]!;
}
