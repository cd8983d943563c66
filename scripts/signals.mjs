// What Ctrl-C does to a script, from its start to its end.
const endings = ["SIGINT", "SIGTERM", "SIGHUP"];
let end;

/**
 * Calls this function, instead of the one before, with the signal that ends this process. The listener stays the same:
 * Node.js drops a signal that arrives just before its listener is removed, even if another one follows.
 */
export function onEnding(action) {
  if (!end) for (const signal of endings) process.once(signal, () => void end(signal));
  end = action;
}
