import type { ConsoleMessage, Page } from "playwright-core";

interface Complaints {
  /** What the page has complained of since the last test. */
  list: string[];
  /** All that the console has said. */
  lines: string[];
  /** To be called before the page is loaded. */
  beginStart(): void;
  /** Whether Node-RED's own start has failed; if so, what has been complained of since is forgotten. */
  hasFailedStart(): boolean;
  /** Begins anew; requests that are under way belong to the test before, whatever comes of them. */
  clear(): void;
}

/** What Node-RED 5 itself throws now and then while its editor starts on a busy machine; a reload helps its users. */
const failedStart = /Container must have exactly two children/;

/** What the browser or Node-RED says of itself, and no code of this package can cause or prevent. */
const notOurs = [
  failedStart,
  // Monaco cancels what it works out for an editor that is closed meanwhile, and does not catch that itself.
  /^(Error: )?Canceled(: Canceled)?\s/,
  // Nor does it catch that it works on for a text whose editor has been closed; all of it is Monaco's own code.
  /^Error: Model is disposed!(?![\s\S]*\n\s+at (?!.*\/vendor\/monaco\/))/,
  // A tour places each step once more after 100 ms, also where its user was quicker.
  /reading 'element'\)\s+at \S+\/red\.min\.js/,
  // Sizes changed while the browser laid the page out; it goes on with the next frame.
  /ResizeObserver loop/,
  // The editor's own connection ends with the page, also before it stands, and comes back by itself after a break.
  /WebSocket connection to '[^']*\/comms' failed/,
  // Another program on this machine has added or removed a network interface, as containers do.
  /net::ERR_NETWORK_CHANGED/,
];

/** The editor logs what a dialog throws as an ordinary line. */
const thrownInDialog = /^(oneditprepare|oneditsave|Validation error|Definition error)/;

/** Listens to what a page of the Node-RED at this address throws and logs. */
export function listenToComplaints(page: Page, url: string): Complaints {
  const list: string[] = [];
  const lines: string[] = [];
  const underWay = new Map<object, string>();
  let earlier = new Set<string>();
  let failedStarts = 0;
  let beforeStart = 0;

  const complain = (text: string): void => {
    if (failedStart.test(text)) failedStarts++;
    if (!notOurs.some((known) => known.test(text))) list.push(text);
  };
  const isError = (message: ConsoleMessage): boolean => {
    const from = message.location().url;
    // Other addresses are the online catalogue of nodes.
    return message.type() === "error" && from.startsWith(url) && !earlier.has(from);
  };

  page.on("request", (request) => underWay.set(request, request.url()));
  page.on("requestfinished", (request) => underWay.delete(request));
  page.on("requestfailed", (request) => underWay.delete(request));
  page.on("pageerror", (error) => {
    const text = error.stack ?? error.message;
    lines.push(`uncaught: ${text}`);
    complain(text);
  });
  page.on("console", (message) => {
    lines.push(`${message.type()}: ${message.text()} ${message.location().url}`.trimEnd());
    if (thrownInDialog.test(message.text()) || isError(message)) complain(message.text());
  });

  return {
    list,
    lines,
    beginStart() {
      failedStarts = 0;
      beforeStart = list.length;
    },
    hasFailedStart() {
      if (failedStarts > 0) list.length = beforeStart;
      return failedStarts > 0;
    },
    clear() {
      list.length = 0;
      earlier = new Set(underWay.values());
    },
  };
}
