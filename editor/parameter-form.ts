import type { Parameter } from "../lib/thing-model/data-type";
import type { ArgsProblem } from "../lib/thing-model/problem";
import { element, moreElement } from "./parameter-list";
import { parameterRow } from "./parameter-row";
import { splitPath, withMember } from "./parameter-values";
import { membersOf, objectText } from "./raw-json";
import { localize } from "./texts";

/** The args are checked after this pause in typing. */
const quietMs = 250;

/** The text that a form writes. */
export interface FormText {
  text(): string;
  write(text: string): void;
}

/**
 * Checks the text of args against the thing model; warnings, such as of a number off its step, are among the problems.
 */
export type CheckArgs = (text: string) => Promise<ArgsProblem[]>;

/**
 * A form for parameters that writes them as JSON text.
 * @param panel takes the form
 * @param moreInputs how many inputs there are beside those that the form shows
 * @returns `follow`, to be called when the text was changed by other means
 */
export function addParameterForm(
  panel: JQuery,
  { inputs, moreInputs }: { inputs: readonly Parameter[]; moreInputs?: number },
  args: FormText,
  check: CheckArgs,
): { follow(): void } {
  let members = new Map<string, string>();
  let question = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rows = inputs.map((input) => {
    const row = parameterRow(input, (raw) => {
      members = withMember(members, inputs, input.identifier, raw);
      args.write(objectText(members));
      checkSoon();
    });
    panel.append(row.element);
    return row;
  });
  panel.append(moreElement(moreInputs));
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
    const text = args.text();
    // An untouched form shows no errors.
    const isBegun = (membersOf(text)?.size ?? 0) > 0;
    const problems = isBegun ? await check(text).catch(() => []) : [];
    if (mine !== question) return;
    panel.find(".aliyun-iot-parameter-problem").empty();
    // A user who is still filling in the form knows that parameters are missing.
    const isFillingIn = panel[0]?.contains(document.activeElement);
    for (const { path, text: problem } of problems) {
      if (isFillingIn && problem.key === "check.missing") continue;
      const { head, rest: below } = splitPath(path);
      const row = rows.find(({ identifier }) => identifier === head);
      if (row) row.problem(below, localize(problem));
      else rest.append(element("<div></div>", `${path} ${localize(problem)}`.trim()));
    }
  }

  function follow(): void {
    const written = membersOf(args.text());
    // Text that is being typed and is no JSON yet must not be overwritten.
    panel.find(".aliyun-iot-parameter :input").prop("disabled", !written && args.text().trim() !== "");
    members = written ?? new Map<string, string>();
    for (const row of rows) row.set(members.get(row.identifier));
    checkSoon();
  }

  panel.off("focusout.aliyun-iot").on("focusout.aliyun-iot", checkSoon);
  follow();
  return { follow };
}
