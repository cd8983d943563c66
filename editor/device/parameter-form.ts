import type { Parameter } from "../../lib/thing-model/data-type";
import type { ArgsProblem } from "../../lib/thing-model/problem";
import { localize } from "../index";
import { formText, isBelow, knownArgs, readForm } from "./form-data";
import type { Groups } from "./parameter-field";
import { itemRows } from "./parameter-items";
import { element } from "./parameter-list";
import { memberRows } from "./parameter-rows";
import { RowQueue } from "./row-queue";

/** The args are checked after this pause in typing. */
const quietMs = 250;

/** The text that a form writes. */
export interface FormText {
  text(): string;
  write(text: string): void;
  /** How many rows of it are to be seen. */
  rowsAtOnce?: number;
}

/**
 * Checks the text of args against the thing model; warnings, such as of a number off its step, are among the problems.
 */
export type CheckArgs = (text: string) => Promise<ArgsProblem[]>;

function newGroups(rowsAtOnce: number | undefined): Groups {
  const groups: Groups = {
    queue: new RowQueue(undefined, rowsAtOnce),
    members: (...parts) => memberRows(groups, ...parts),
    items: (...parts) => itemRows(groups, ...parts),
  };
  return groups;
}

interface ShownInputs {
  inputs: readonly Parameter[];
  /** How many inputs there are beside these. */
  moreInputs?: number;
  /** Whether any of them may be left out. */
  isPartial?: boolean;
}

/**
 * A form with a typed field for each parameter, which writes `args` of `argsType: "form"`.
 * @param panel takes the form
 * @param check undefined where the thing model is not known
 */
export function addParameterForm(
  panel: JQuery,
  { inputs, moreInputs, isPartial = false }: ShownInputs,
  form: FormText,
  check: CheckArgs | undefined,
): void {
  let members = readForm(form.text()) ?? new Map();
  let question = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const groups = newGroups(form.rowsAtOnce);
  const rows = groups.members(
    { fields: inputs, isPartial, ...(moreInputs !== undefined && { moreFields: moreInputs }) },
    members,
    (changed) => {
      members = changed;
      form.write(formText(members));
      checkSoon();
    },
  );
  rows.element.removeClass("aliyun-iot-struct").addClass("aliyun-iot-form").appendTo(panel);
  // jQuery UI tells an element that is removed for good; one that a dialog above takes out of the page comes back.
  rows.element.on("remove", () => groups.queue.stop());
  const rest = $('<div class="aliyun-iot-parameter-problem" aria-live="polite"></div>').appendTo(panel);

  function checkSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // By then the dialog may be closed, and the next one not have filled in its fields yet.
      if (panel[0]?.isConnected) void checkNow();
    }, quietMs);
  }

  /** Never rejects: a check that could not be made shows nothing. */
  async function checkNow(): Promise<void> {
    const mine = ++question;
    const { text, sources } = knownArgs(members);
    // An untouched form shows no errors.
    const problems = members.size > 0 && check ? await check(text).catch(() => []) : [];
    if (mine !== question) return;
    panel.find(".aliyun-iot-parameter-problem").empty();
    panel.find("[aria-invalid]").removeAttr("aria-invalid");
    panel.find(".aliyun-iot-invalid").removeClass("aliyun-iot-invalid");
    // A user who is still filling in the form knows that parameters are missing.
    const isFillingIn = panel[0]?.contains(document.activeElement);
    for (const { path, text: problem } of problems) {
      if (isFillingIn && problem.key === "check.missing") continue;
      if (isBelow(sources, path)) continue;
      if (!rows.problem(path, localize(problem))) {
        rest.append(element("<div></div>", `${path} ${localize(problem)}`.trim()));
      }
    }
  }

  panel.off("focusout.aliyun-iot").on("focusout.aliyun-iot", checkSoon);
  checkSoon();
}

/** Shows the problems of args that are entered as JSON. */
export function addJsonProblems(panel: JQuery, args: FormText, check: CheckArgs): { follow(): void } {
  const list = $('<div class="aliyun-iot-parameter-problem" aria-live="polite"></div>').appendTo(panel);
  let question = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function checkNow(): Promise<void> {
    // The dialog may be closed by now.
    if (!list[0]?.isConnected) return;
    const mine = ++question;
    const text = args.text();
    const problems = text.trim() === "" ? [] : await check(text).catch(() => []);
    if (mine !== question) return;
    list.empty();
    for (const { path, text: problem } of problems) {
      list.append(element("<div></div>", `${path} ${localize(problem)}`.trim()));
    }
  }

  function follow(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void checkNow(), quietMs);
  }

  follow();
  return { follow };
}
