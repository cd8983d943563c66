import { BusinessFailure } from "../failures";
import { paging, simpleDevice } from "./devices";
import type { Operation, Parameters } from "./operation";
import { pageOf } from "./paging";

const maxTags = 10;

/** docs/protocol.md, 7.4: devices of all products. */
export const queryDeviceByTags: Operation = {
  required: [],
  run(parameters, platform) {
    const tags = tagsOf(parameters);
    const has = platform.choices.tagMatch === "all" ? "every" : "some";
    const devices = platform
      .devices()
      .filter((device) => tags[has](([key, value]) => device.tag(key) === value));
    const page = pageOf(devices, parameters, 50);
    return {
      ...paging(page),
      Data: { SimpleDeviceInfo: page.rows.map((device) => simpleDevice(device, platform)) },
    };
  },
};

/** `Tag.1.TagKey` with `Tag.1.TagValue`, and so on. */
function tagsOf(parameters: Parameters): [key: string, value: string][] {
  const indexes = new Set(
    Array.from(parameters.keys(), (name) => /^Tag\.([1-9]\d{0,5})\./.exec(name)?.[1]).filter(Boolean),
  );
  if (indexes.size === 0 || indexes.size > maxTags) {
    fail(`name 1 to ${maxTags} tags by Tag.N.TagKey and Tag.N.TagValue, got ${indexes.size}`);
  }
  return Array.from(indexes, (index) => {
    const [key, value] = [parameters.get(`Tag.${index}.TagKey`), parameters.get(`Tag.${index}.TagValue`)];
    if (!key || !value) return fail(`Tag.${index} needs TagKey and TagValue`);
    return [key, value];
  });
}

function fail(message: string): never {
  throw new BusinessFailure("iot.common.InvalidFormattedParameter", message);
}
