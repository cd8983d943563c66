import type { ArgsProblem } from "../../lib/thing-model/problem";
import { lookUp, problemText } from "../index";
import { accountId } from "./fields";
import type { Inputs } from "./inputs";
import { type ModelView, type PanelTexts, showFormAlone, showParameters } from "./parameter-panel";
import { rowsInView } from "./row-queue";

/** The panel under the switch of the inputs. */
interface ModelPanel {
  /** Looks up what is sent, unless it is known and not stale. Never rejects. */
  refresh(isStale?: boolean): Promise<void>;
}

type Query = Record<string, string | undefined>;

interface Known<View> {
  key: string;
  account: string;
  query: Query;
  view?: View;
}

interface Options<View> {
  inputs: Inputs;
  /** Its element, in a dialog with two of them. */
  panel?: JQuery;
  texts: PanelTexts;
  /** Routes that return the parameters, and that check args given with the same query. */
  route: string;
  check: string;
  /** What to ask the route for; undefined where too little is known before any message. */
  query(): Query | undefined;
  /** Called with what the route returned, or with undefined while nothing is known. */
  onKnown(view: View | undefined): void;
  /** Where a problem of the look-up is shown. */
  note: JQuery;
  /** Whether the problem is already shown elsewhere. */
  isSaid(): Promise<boolean>;
  /** Whether the dialog is still open. */
  isOpen(): boolean;
}

/** What was shown last, and for which args. */
interface Shown {
  type: string;
  text: string;
  follow(): void;
}

/** Adds the panel. It keeps what it looked up until a field above it changes. */
export function addModelPanel<View extends ModelView>(options: Options<View>): ModelPanel {
  const { inputs, note: problem, panel = $("#aliyun-iot-panel") } = options;
  let known: Known<View> | undefined;
  let shown: Shown | undefined;
  let question = 0;
  // A form that is about to get its model is not shown without it: it would change under the cursor.
  let isAsking = wanted() !== undefined;

  /** @param rows of the form that are to be seen, where that is known */
  function show(rows?: number): void {
    const type = inputs.type();
    if (!known?.view) {
      shown = undefined;
      panel.empty();
      if (inputs.mode() === "form" && !isAsking) showFormAlone(panel, options.texts, inputs);
      return;
    }
    const { account, query, view } = known;
    const source = ["msg", "flow", "global"].includes(type)
      ? `${type}.${inputs.text()}`
      : options.texts.heading;
    const check = (written: string): Promise<ArgsProblem[]> =>
      lookUp<{ problems: ArgsProblem[]; notes?: ArgsProblem[] }>(
        account,
        options.check,
        {},
        { ...query, args: written },
      ).then(({ problems, notes = [] }) => [...problems, ...notes]);
    const text = inputs.text();
    const args = {
      mode: inputs.mode(),
      isJson: type === "json" || type === "str",
      source,
      text: () => inputs.text(),
      write: (written: string) => inputs.write(written),
      rowsAtOnce: rows ?? rowsToSee(),
    };
    shown = { type, text, ...showParameters(panel, view, options.texts, args, check) };
  }

  function rowsToSee(): number {
    const box = panel[0]?.getBoundingClientRect();
    return box ? rowsInView(box, document.documentElement.clientHeight) : 0;
  }

  inputs.onChange(() => {
    const isSame = shown?.type === inputs.type() && inputs.mode() === "expression";
    if (shown && isSame) shown.follow();
    else if (!shown || shown.type !== inputs.type() || shown.text !== inputs.text()) show();
  });

  /** What the dialog names. */
  function wanted(): Known<View> | undefined {
    const [account, query] = [accountId(), options.query()];
    return account && query ? { key: JSON.stringify([account, query]), account, query } : undefined;
  }

  async function refresh(isStale = false): Promise<void> {
    const next = wanted();
    if (next && !isStale && next.key === known?.key && known.view) return;
    const mine = ++question;
    known = next;
    options.onKnown(undefined);
    problem.empty();
    isAsking = next !== undefined;
    if (!next) return show();
    let rows: number | undefined;
    try {
      const query = { ...next.query, refresh: isStale ? 1 : undefined };
      const view = await lookUp<View>(next.account, options.route, query);
      if (mine !== question || !options.isOpen()) return;
      isAsking = false;
      rows = rowsToSee();
      next.view = view;
      options.onKnown(view);
    } catch (error) {
      const isKnown = await options.isSaid();
      if (mine !== question || !options.isOpen()) return;
      isAsking = false;
      if (!isKnown) problem.text(problemText(error));
    }
    show(rows);
  }

  show();
  return { refresh };
}
