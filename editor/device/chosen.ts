import { deviceDot, deviceStatus } from "../index";

/** What is chosen, by its display name. */
interface Chosen {
  names: (string | undefined)[];
  /** Its identifiers. */
  keys: string;
  /** The platform's status of a device. */
  status?: string | undefined;
  /** A short remark beside the name. */
  aside?: string | undefined;
}

/**
 * Shows what is chosen: display names on the button, identifiers below it.
 * @param chosen undefined if nothing is chosen
 * @param invitation label of the button in that case
 */
export function showChosen(
  button: JQuery,
  keys: JQuery,
  chosen: Chosen | undefined,
  invitation: string,
): void {
  const names = chosen?.names.filter(Boolean).join(" / ") || chosen?.keys || invitation;
  const label = $('<span class="aliyun-iot-chosen-name"></span>').text(names).attr("title", names);
  button.empty().append(label).toggleClass("aliyun-iot-unchosen", !chosen);
  if (chosen?.status) {
    const status = $('<span class="aliyun-iot-chosen-aside"></span>');
    button.append(
      status.append(deviceDot(chosen.status), document.createTextNode(deviceStatus(chosen.status))),
    );
  }
  if (chosen?.aside) {
    button.append($('<span class="aliyun-iot-chosen-aside"></span>').text(chosen.aside));
  }
  button.append('<i class="fa fa-caret-down" aria-hidden="true"></i>');
  keys.text(chosen && chosen.keys !== names ? chosen.keys : "");
}
