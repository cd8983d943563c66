/**
 * A result is bounded by the 256 KB of one MQTT message, and a page of a list is smaller. Anything larger is
 * not from the platform, and reading it would block Node-RED.
 */
const maxAnswerBytes = 512 * 1024;
/** A thing model of 300 functions is well under 1 MB; values of 300 properties, or of a page of 100 times 10, may be more. */
const maxLargeAnswerBytes = 4 * 1024 * 1024;
const largeAnswers: ReadonlySet<string> = new Set([
  "GetThingModelTsl",
  "GetThingModelTslPublished",
  "QueryDevicePropertyStatus",
  "QueryDeviceDesiredProperty",
  "QueryDevicePropertyData",
  "QueryDevicePropertiesData",
  "QueryDeviceEventData",
  "QueryDeviceServiceData",
]);

/** How many bytes the answer to an operation may have. */
export function maxAnswerBytesOf(operation: string): number {
  return largeAnswers.has(operation) ? maxLargeAnswerBytes : maxAnswerBytes;
}
