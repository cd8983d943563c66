/**
 * Lets the keyboard reach the buttons beside a list of configuration nodes, which the editor makes of links without an
 * address.
 */
export function reachButtons(form: JQuery): void {
  const buttons = form.find("a.red-ui-button:not([href])").attr({ role: "button", tabindex: 0 });
  buttons.on("keydown", function (event) {
    // With Ctrl or Cmd, Enter closes the dialog.
    if ((event.key !== "Enter" && event.key !== " ") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    $(this).trigger("click");
  });
}
