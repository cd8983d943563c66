/**
 * Names the buttons beside a list of configuration nodes and lets the keyboard reach them: the editor makes them of
 * links without an address.
 */
export function reachButtons(form: JQuery): void {
  const buttons = form.find("a.red-ui-button:not([href])").attr({ role: "button", tabindex: 0 });
  buttons.each(function () {
    const what = $(this).closest(".aliyun-iot-row").children("label").text().trim();
    const does = this.id.endsWith("-add") ? RED._("editor.configAdd") : RED._("editor.configEdit");
    $(this).attr("aria-label", `${does} ${what}`);
  });
  buttons.on("keydown", function (event) {
    // With Ctrl or Cmd, Enter closes the dialog.
    if ((event.key !== "Enter" && event.key !== " ") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    $(this).trigger("click");
  });
}
