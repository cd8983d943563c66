import { source } from "axe-core";
import type { Locator } from "playwright-core";

/** What of Node-RED's own widgets is left out: where, which rule, and why no node can mend it. */
interface Exception {
  selector: string;
  rule: string;
  reason: string;
}

const exceptions: readonly Exception[] = [
  {
    selector: "#red-ui-trap-user, #red-ui-trap-username, #red-ui-trap-password",
    rule: "label",
    reason: "Keep password managers from filling in the fields of a dialog; nobody can see or reach them.",
  },
];

/** What axe-core found at one element. */
interface Finding {
  rule: string;
  impact: string;
  element: string;
  summary: string;
}

const grave = ["serious", "critical"];

/**
 * Serious and critical findings of axe-core within an element, as text.
 * @param rules the only ones to apply; default all
 */
export async function graveFindings(within: Locator, rules?: readonly string[]): Promise<string[]> {
  const page = within.page();
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(source);
  const findings = await within.evaluate(
    async (root, { left, only }): Promise<Finding[]> => {
      type Axe = typeof import("axe-core");
      const { axe } = window as unknown as { axe: Axe };
      // Everything in the editor is placed outside its body, which has no height; axe-core takes it for cut off.
      document.body.style.minHeight = "100vh";
      const { violations } = await axe.run(root, {
        resultTypes: ["violations"],
        ...(only && { runOnly: { type: "rule" as const, values: only } }),
      });
      const isLeftOut = (rule: string, html: Element | null): boolean =>
        left.some((one) => one.rule === rule && html?.matches(one.selector));
      return violations.flatMap(({ id, impact, nodes }) =>
        nodes
          .filter(({ target }) => !isLeftOut(id, document.querySelector(String(target[0]))))
          .map(({ html, failureSummary = "" }) => ({
            rule: id,
            impact: impact ?? "",
            element: html.slice(0, 200),
            summary: failureSummary.replace(/\s+/g, " ").slice(0, 200),
          })),
      );
    },
    { left: exceptions.map(({ selector, rule }) => ({ selector, rule })), only: rules && [...rules] },
  );
  return findings
    .filter(({ impact }) => grave.includes(impact))
    .map(({ rule, impact, element, summary }) => `${rule} (${impact}): ${element}; ${summary}`);
}
