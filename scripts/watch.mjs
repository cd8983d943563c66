// Tells which files of some folders have changed.
import { readdirSync, statSync, watch } from "node:fs";
import path from "node:path";

/**
 * Watches folders with all that is in them, and calls back with the files that were written, made or removed, relative
 * to `root` and with slashes; those that are saved together come together. What the system says is only taken as a
 * sign to look, because editors save in many ways and recursive watching differs among systems.
 * @returns how to stop that
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
      // Removed in this moment, which the folder above tells as well.
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
