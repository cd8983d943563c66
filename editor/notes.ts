import type { DeviceRow } from "../lib/look-up/catalog";
import type { StoredNode } from "./definition";
import { deviceDot, deviceStatus } from "./device-status";
import { isOpen } from "./form";
import { knownProduct } from "./known-device";
import { lookUp } from "./look-up";
import { problemText } from "./texts";

/** The platform is asked after this pause in typing. */
const quietMs = 400;
/**
 * When the fields are set up, the editor triggers `change` on each, and so much later once more on lists of configuration
 * nodes. These are no changes by the user.
 */
const setUpMs = 50;

/** Which device is meant. */
interface DeviceQuery {
  productKey: string;
  deviceName: string;
}

/** Updates a note. Never rejects. */
type Note = () => Promise<void>;

/**
 * A note below a field about what is chosen there. It never blocks the dialog; if the platform does not answer, it says so.
 * @param field the element that holds the field
 * @param ask undefined where there is nothing to say
 */
export function addNote(field: JQuery, ask: () => Promise<JQuery> | undefined): Note {
  const note = $('<div class="aliyun-iot-note" aria-live="polite"></div>');
  field.after(note);
  let question = 0;
  return async () => {
    const mine = ++question;
    const asking = ask();
    if (!asking) {
      note.empty();
      return;
    }
    const shown = await asking.catch((error: unknown) => $("<span></span>").text(problemText(error)));
    if (mine === question) note.empty().append(shown);
  };
}

/**
 * Does something about a dialog when it opens, and soon after the last of several changes, unless the dialog is closed by
 * then.
 * @returns to be called at each change
 */
export function onOpenAndChange(node: StoredNode, act: () => void): () => void {
  const run = (): void => {
    if (isOpen(node)) act();
  };
  let isSetUp = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  setTimeout(run);
  setTimeout(() => (isSetUp = true), setUpMs);
  return () => {
    if (!isSetUp) return;
    clearTimeout(timer);
    timer = setTimeout(run, quietMs);
  };
}

function words(...texts: (string | undefined)[]): JQuery {
  return $("<span></span>").text(texts.filter(Boolean).join(" · "));
}

/** The name of a product. */
export async function productNote(accountId: string, productKey: string): Promise<JQuery> {
  const { productName, problem } = await knownProduct(accountId, productKey);
  return words(problem ?? productName);
}

/** The status of a device; blank if its product is not known, which the product's note reports. */
export async function deviceNote(accountId: string, query: DeviceQuery): Promise<JQuery> {
  if ((await knownProduct(accountId, query.productKey)).problem !== undefined) return words();
  const { status, nickname } = await lookUp<DeviceRow>(accountId, "device", { ...query });
  return $("<span></span>").append(deviceDot(status), words(deviceStatus(status), nickname));
}
