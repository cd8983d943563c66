import {
  errorText,
  failureText,
  type FailureTexts,
  isVariable,
  lookUpWith,
  translatorOf,
} from "../../editor/index";
import type { Account } from "./account-properties.editor";
import { formInPage } from "./form-in-page.editor";
import type { RuleRows } from "./rule-rows.editor";
import { countRules } from "./rules.editor";

const t = translatorOf("account");

/** What one rule matches, as the route answers. */
interface Match {
  line: number;
  products: number;
  devices: number;
  isAtLeast: boolean;
}

interface Matches {
  allow: Match[];
  confirm: Match[];
  error?: FailureTexts;
}

type Fields = Record<"allow" | "confirm", RuleRows>;

/**
 * A button that asks the cloud what each rule matches, with the account of the form.
 * @param row holds the button
 * @returns what forgets the answer, since it holds for what was asked
 */
export function addMatchCount(node: Account, row: JQuery, fields: Fields): () => void {
  const button = row.find("button");
  const icon = button.find("i").attr("class") ?? "";
  const result = $('<div class="aliyun-iot-matches-result" aria-live="polite"></div>').appendTo(row);
  let question = 0;
  let isShown = false;

  /** Rules that the editor knows. */
  const textOf = (rows: RuleRows): string => (isVariable(rows.value) ? "" : rows.value);

  async function count(): Promise<void> {
    const mine = ++question;
    const texts = { allow: textOf(fields.allow), confirm: textOf(fields.confirm) };
    if (Object.values(texts).every((text) => countRules(text) === 0)) {
      result.text(t("aliyun-iot-account.matches.no-rules"));
      return;
    }
    button.prop("disabled", true).find("i").attr("class", "fa fa-spinner fa-spin");
    result.text(t("aliyun-iot-account.matches.counting"));
    const said = await lookUpWith<Matches>(formInPage(node), "rule-matches", texts).then((matches) => {
      if (mine === question) show(matches);
      return matches.error ? failureText(matches.error) : t("aliyun-iot-account.matches.done");
    }, errorText);
    button.prop("disabled", false).find("i").attr("class", icon);
    if (mine === question) result.text(said);
  }

  function show(matches: Matches): void {
    isShown = true;
    for (const field of ["allow", "confirm"] as const) {
      const found = new Map(matches[field].map((match) => [match.line, match]));
      fields[field].annotate((line) => {
        const match = found.get(line);
        return match && { text: matchText(match), isWarning: match.devices === 0 };
      });
    }
  }

  function forget(): void {
    question++;
    result.empty();
    if (!isShown) return;
    isShown = false;
    for (const rows of Object.values(fields)) rows.annotate(() => undefined);
  }

  button.on("click", () => void count());
  row.closest("form").on("input change", forget);
  return forget;
}

/** Such as "3 products, 412 devices". */
function matchText({ products, devices, isAtLeast }: Match): string {
  if (devices === 0) {
    return isAtLeast ? t("aliyun-iot-account.matches.none-seen") : t("aliyun-iot-account.matches.none");
  }
  const params = {
    products:
      products === 1
        ? t("aliyun-iot-account.matches.product")
        : t("aliyun-iot-account.matches.products", { count: products }),
    devices:
      devices === 1
        ? t("aliyun-iot-account.matches.device")
        : t("aliyun-iot-account.matches.devices", { count: devices }),
  };
  return isAtLeast
    ? t("aliyun-iot-account.matches.at-least", params)
    : t("aliyun-iot-account.matches.counted", params);
}
