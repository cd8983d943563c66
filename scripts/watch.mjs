// Reports which files in some folders have changed.
import { readdirSync, statSync, watch } from "node:fs";
import path from "node:path";

/**
 * Watches folders recursively, and calls back with the files that were written, created or removed, relative to `root` and
 * with slashes; files that are saved together are reported together. Events of the system only trigger a comparison,
 * because editors save in many ways and recursive watching differs between systems.
 * @returns a function that stops watching
 */
export function watchFiles(root, folders, onChange, quietMs = 30) {
  const watchers = new Map();
  let known = look();
  let timer;
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
  };

  function look() {
    const seen = new Map();
    for (const folder of folders) walk(folder, seen);
    return seen;
  }

  function walk(folder, seen) {
    let entries;
    try {
      watchFolder(folder);
      entries = readdirSync(path.join(root, folder), { withFileTypes: true });
    } catch {
      // Just removed, which an event of the parent folder reports as well.
      forget(folder);
      return;
    }
    for (const entry of entries) {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(name, seen);
      else seen.set(name, stamp(path.join(root, name)));
    }
  }

  function watchFolder(folder) {
    if (watchers.has(folder)) return;
    const watcher = watch(path.join(root, folder), () => {
      clearTimeout(timer);
      timer = setTimeout(compare, quietMs);
    });
    watcher.on("error", () => forget(folder));
    watchers.set(folder, watcher);
  }

  function forget(folder) {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  }

  function compare() {
    const before = known;
    known = look();
    const names = [...new Set([...before.keys(), ...known.keys()])];
    const changed = names.filter((name) => before.get(name) !== known.get(name));
    if (changed.length > 0) onChange(changed);
  }
}

function stamp(file) {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return undefined;
  }
}
