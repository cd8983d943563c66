/** How the platform writes its identifiers; used by the dialogs and the runtime. */

/** The id of a region, such as `cn-shanghai`; also of one that is newer than this package. */
export function isRegionId(text: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);
}

/** The id of an instance as far as it can be part of a host name, such as `iot-060a0abc`. */
export function isInstanceId(text: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/i.test(text);
}

/** The number of an Alibaba Cloud account. */
export function isAccountNumber(text: string): boolean {
  return /^\d{1,32}$/.test(text);
}

/** The identifier of a service, or `module:identifier`. */
export function isServiceIdentifier(text: string): boolean {
  return /^[\w-]+(:[\w-]+)?$/.test(text);
}

/** The identifier of a property, or `module:identifier`. */
export const isPropertyIdentifier = isServiceIdentifier;

/** A product key, a device name, an IotId, or the identifier of an event or a service. */
export function isName(text: string): boolean {
  return /^[\w.:@-]{1,128}$/.test(text);
}
