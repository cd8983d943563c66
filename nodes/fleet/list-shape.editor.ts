import { input, put } from "../../editor/device/index";
import {
  chooseType,
  elementsOf,
  enterText,
  foldJson,
  t as shared,
  textIn,
  translatorOf,
  typeIn,
} from "../../editor/index";
import { readFixedList } from "./fixed-targets.editor";
import { listExample } from "./list-example.editor";

const t = translatorOf("fleet");

/**
 * Shows what a list of devices looks like, below the field that says where it comes from.
 * @returns `know`, to be told an example of the args, or undefined
 */
export function addListShape(): { know(example: string | undefined): void } {
  const panel = $("#aliyun-iot-list-shape");
  const heading = $("<strong></strong>");
  const copy = $('<button type="button" class="red-ui-button red-ui-button-small"></button>');
  const example = $('<pre class="aliyun-iot-example" tabindex="0"></pre>');
  const facts = $('<div class="aliyun-iot-facts"></div>');
  let own: string | undefined;

  copy.text(shared("panel.copy"));
  copy.on("click", () => void RED.clipboard.copyText(example.text(), copy, shared("panel.copied")));
  panel.append($('<div class="aliyun-iot-panel-head"></div>').append(heading, copy), example, facts);
  facts.text(t("aliyun-iot-fleet.shape.facts"));

  function show(): void {
    const field = input("devices");
    const [type, value] = [typeIn(field), textIn(field).trim()];
    const isNamed = ["msg", "flow", "global"].includes(type) && value !== "";
    heading.text(
      isNamed
        ? t("aliyun-iot-fleet.shape.from", { source: `${type}.${value}` })
        : t("aliyun-iot-fleet.shape.list"),
    );
    const hasProduct = textIn(input("productKey")).trim() !== "";
    example.text(listExample(own, hasProduct));
    // What somebody has typed needs no example of it.
    panel.toggleClass("aliyun-iot-hidden", type === "str" || (type === "json" && value !== ""));
  }

  input("devices").add(input("productKey")).on("change", show);
  show();
  return {
    know(known) {
      own = known;
      show();
    },
  };
}

/** Adds a device to the list in the dialog, once; a list from elsewhere is replaced. */
export function addToList(deviceName: string): void {
  const field = input("devices");
  const [type, text] = [typeIn(field), textIn(field)];
  const name = JSON.stringify(deviceName);
  if (type === "str") {
    put("devices", [...new Set([...(readFixedList("str", text) ?? []), deviceName])].join(", "));
    return;
  }
  const listed = type === "json" ? (elementsOf(text) ?? []) : [];
  chooseType(field, "json");
  enterText(field, foldJson(`[${[...new Set([...listed, name])].join(", ")}]`));
}
