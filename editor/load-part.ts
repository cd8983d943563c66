import { t } from "./texts";

/**
 * Uses a part of the code that the browser loads late.
 * @param row where to say that it cannot be loaded, because Node-RED has stopped
 */
export function loadPart<Part>(row: JQuery, part: Promise<Part>, use: (part: Part) => void): void {
  part.then(use, () => {
    $('<div class="aliyun-iot-tip"></div>').text(t("errors.look-up-runtime")).appendTo(row);
  });
}
