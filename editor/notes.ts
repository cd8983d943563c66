import type { DeviceRow, ProductRow } from "../lib/look-up/catalog";
import type { StoredNode } from "./definition";
import { deviceDot, deviceStatus } from "./device-status";
import { isOpen, trimmed } from "./form";
import { lookUp } from "./look-up";
import type { FoundRows } from "./picker-state";
import { errorText, failureText, t } from "./texts";

/** The platform is asked after this pause in typing. */
const quietMs = 400;

/** Which device is meant. */
type DeviceQuery = { productKey: string; deviceName: string } | { iotId: string };

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
    const shown = await asking.catch((error: unknown) => $("<span></span>").text(errorText(error)));
    if (mine === question) note.empty().append(shown);
  };
}

/** Does something about a dialog soon after the last of several changes, unless the dialog is closed by then. */
export function soon(node: StoredNode, act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (isOpen(node)) act();
    }, quietMs);
  };
}

/** The text of a field, where it is known before any message: not blank, and without an environment variable. */
export function plainText(value: unknown): string | undefined {
  const text = trimmed(value);
  return text === "" || text.includes("${") || text.includes("$(") ? undefined : text;
}

function words(...texts: (string | undefined)[]): JQuery {
  return $("<span></span>").text(texts.filter(Boolean).join(" · "));
}

/** The name of a product. */
export async function productNote(accountId: string, productKey: string): Promise<JQuery> {
  const { rows, isLoading, error } = await lookUp<FoundRows<ProductRow>>(accountId, "products", {
    search: productKey,
  });
  const found = rows.find((row) => row.productKey === productKey);
  if (found) return words(found.productName);
  if (isLoading) return words();
  return words(error ? failureText(error) : t("picker.unknown-product"));
}

/** The status of a device. */
export async function deviceNote(accountId: string, query: DeviceQuery): Promise<JQuery> {
  const { status, nickname, deviceName } = await lookUp<DeviceRow>(accountId, "device", { ...query });
  const name = "iotId" in query ? deviceName : undefined;
  return $("<span></span>").append(deviceDot(status), words(deviceStatus(status), name, nickname));
}
