/** The class of a dot in the colour of the platform's status of a device. */
export function dotClass(status: string): string {
  return `aliyun-iot-dot aliyun-iot-dot-${/^\w+$/.test(status) ? status : ""}`;
}
