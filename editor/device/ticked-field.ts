import { enterText, textIn } from "../index";

/**
 * Makes a typed field count only while a box is ticked: otherwise it is blank, and its row is hidden. What was in it comes
 * back with the next tick.
 */
export function addTickedField(field: JQuery, box: JQuery, row: JQuery): void {
  let kept = "payload";
  const isTicked = (): boolean => box.prop("checked") === true;
  const show = (): void => void row.toggleClass("aliyun-iot-hidden", !isTicked());
  box.prop("checked", textIn(field).trim() !== "");
  box.on("change", () => {
    if (!isTicked()) kept = textIn(field);
    enterText(field, isTicked() ? kept : "");
    show();
  });
  show();
}
