import { t } from "./texts";

/**
 * Uses a part of the code that the browser loads late.
 * @param row where to say that it cannot be loaded, because Node-RED has stopped
 */
export async function loadPart<Part>(
  row: JQuery,
  part: Promise<Part>,
  use: (part: Part) => void,
): Promise<void> {
  let loaded: Part;
  try {
    loaded = await part;
  } catch {
    $('<div class="aliyun-iot-tip"></div>').text(t("errors.look-up-runtime")).appendTo(row);
    return;
  }
  use(loaded);
}
