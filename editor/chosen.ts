import { deviceDot, deviceStatus } from "./device-status";

/** A thing of the cloud that is chosen, as people know it. */
interface Chosen {
  names: (string | undefined)[];
  /** What it is told apart by. */
  keys: string;
  /** The platform's status of a device. */
  status?: string | undefined;
  /** What else is to be known at a glance. */
  aside?: string | undefined;
}

/**
 * Shows what is chosen: names on the button that chooses, keys below it.
 * @param chosen undefined where nothing is
 * @param invitation what the button says then
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
