import {
  accountForm,
  ask,
  chosen,
  loadPart,
  LookUpError,
  propertiesInPage,
  translatorOf,
} from "../../editor/index";
import type { SubscriptionNode } from "./subscription-properties.editor";

const t = translatorOf("subscription");

const summaries = {
  fine: "connection.subscription-fine",
  usable: "connection.subscription-usable",
  broken: "connection.subscription-broken",
};

/**
 * A button that logs in once with what the form holds, deployed or not, and names what is wrong.
 * @param row holds the button
 */
export function addSubscriptionCheck(node: SubscriptionNode, row: JQuery): void {
  loadPart(
    row,
    import("../../editor/check.lazy.editor.js"),
    (part: typeof import("../../editor/check.lazy.editor")) => {
      part.addCheck(
        row,
        async (signal) => {
          const account = chosen(node, "account");
          if (!account) throw new LookUpError(t("aliyun-iot-subscription.validation.account"));
          const subscription = { id: node.id, properties: propertiesInPage(node) };
          const body = { account: accountForm(account), subscription };
          return ask("POST", "aliyun-iot/subscription-check", body, { signal });
        },
        summaries,
      );
    },
  );
}
