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
  const name = /^\w+$/.test(status) ? status : "";
  return $('<i class="aliyun-iot-dot" aria-hidden="true"></i>').addClass(`aliyun-iot-dot-${name}`);
}
