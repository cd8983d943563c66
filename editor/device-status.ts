import { dotClass } from "./dot-class";
import { t } from "./texts";

const keys: Record<string, string> = {
  ONLINE: "picker.online",
  OFFLINE: "picker.offline",
  UNACTIVE: "picker.unactive",
  DISABLE: "picker.disable",
};

/** What the platform's status of a device means, in the reader's language. */
export function deviceStatus(status: string): string {
  const key = keys[status];
  return key ? t(key) : status;
}

/** A dot in the colour of the status. */
export function deviceDot(status: string): JQuery {
  return $('<i aria-hidden="true"></i>').addClass(dotClass(status));
}
