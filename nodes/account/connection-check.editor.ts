import { ask, loadPart } from "../../editor/index";
import { nodesInEditor } from "./account-nodes.editor";
import type { Account } from "./account-properties.editor";
import { formInPage } from "./form-in-page.editor";

const summaries = {
  fine: "connection.fine",
  usable: "connection.usable",
  broken: "connection.broken",
};

/**
 * A button that checks the account of the form, deployed or not, and names what is wrong with it; and the RAM policy.
 * Both are about what the nodes of the account need.
 * @param row holds the button
 * @param policy the section for the policy
 */
export function addConnectionCheck(node: Account, row: JQuery, policy: JQuery): void {
  void loadPart(
    row,
    import("../../editor/check.lazy.editor.js"),
    (part: typeof import("../../editor/check.lazy.editor")) => {
      const actions = part.showPolicy(policy, node.id, nodesInEditor(node));
      part.addCheck(
        row,
        (signal) => ask("POST", "aliyun-iot/connection-check", { ...formInPage(node), actions }, { signal }),
        summaries,
        (steps) => {
          if (steps.some(({ step, state }) => step === "permission" && state !== "ok"))
            policy.prop("open", true);
        },
      );
    },
  );
}
