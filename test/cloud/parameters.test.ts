import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Parameters, writeParameters } from "../../lib/cloud/parameters";
import { canonicalQuery } from "../../lib/cloud/signature";

describe("parameters", () => {
  const name = fc.constantFrom(
    "Args",
    "DeviceName",
    "IotId",
    "IotInstanceId",
    "Items",
    "ProductKey",
    "z",
    "é",
  );
  const value = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("light01", "light'01", ""),
    fc.double(),
    fc.boolean(),
    fc.constant(undefined),
    fc.array(fc.string(), { maxLength: 12 }),
  );
  const instance = fc.constantFrom("", "iot-060a0abc", "a&b");

  it("are written sorted and encoded, in whatever order they come", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), instance, (entries, instanceId) => {
        const given: Parameters = Object.fromEntries(entries);
        assert.equal(writeParameters(given, instanceId), canonicalQuery(flat(given, instanceId)));
      }),
    );
  });

  it("of a command are sent with the instance in its place", () => {
    const given = {
      Args: "{}",
      DeviceName: "light'01",
      Identifier: "FadeTo",
      IotId: undefined,
      ProductKey: "a1",
    };
    const query = "Args=%7B%7D&DeviceName=light%2701&Identifier=FadeTo&IotInstanceId=iot-1&ProductKey=a1";
    assert.equal(writeParameters(given, "iot-1"), query);
  });
});

function flat(given: Parameters, instanceId: string): Record<string, string> {
  const entries = Object.entries(given).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    if (!Array.isArray(value)) return [[name, String(value)]];
    return value.map((item, index) => [`${name}.${index + 1}`, item]);
  });
  const instance: Record<string, string> = instanceId === "" ? {} : { IotInstanceId: instanceId };
  return { ...instance, ...Object.fromEntries(entries) };
}
