import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { encodeArgs, type EncodeOptions, type ProblemText } from "../../lib/thing-model/encode";
import { findService, type Parameter, readThingModel, type Service } from "../../lib/thing-model/model";

const catalogs = new Map(
  ["en-US", "zh-CN"].map((language) => {
    const file = path.resolve("locales", language, "invoke-service.json");
    const catalogue = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    return [language, catalogue["aliyun-iot-invoke-service"]] as const;
  }),
);

/** A problem as people read it. */
export function textOf({ key, params = {} }: ProblemText, language = "en-US"): string {
  const text = key
    .split(".")
    .reduce<unknown>((branch, name) => (branch as Record<string, unknown>)[name], catalogs.get(language));
  assert.equal(typeof text, "string", key);
  return (text as string).replace(/__(\w+?)__/g, (_blank, name: string) => {
    const value = params[name];
    assert.ok(value !== undefined, `${name} of ${key}`);
    return typeof value === "object" ? textOf(value, language) : String(value);
  });
}

/** A service S with inputs of these data types, which may be TSL that nobody can read. */
export function serviceOf(dataTypes: Record<string, unknown>): Service {
  const inputData = Object.entries(dataTypes).map(([identifier, dataType]) => ({ identifier, dataType }));
  const reading = readThingModel({ services: [{ identifier: "S", callType: "sync", inputData }] });
  const service = findService(reading.model, "S");
  assert.ok(service);
  return service;
}

export function inputsOf(dataTypes: Record<string, unknown>): Parameter[] {
  return serviceOf(dataTypes).inputs;
}

/** How one value of a data type stands on the wire, or what is wrong with it. */
export function encoded(dataType: unknown, value: string, options?: EncodeOptions): string {
  const { text, problems } = encodeArgs(inputsOf({ x: dataType }), `{"x":${value}}`, options);
  if (problems.length === 0) return text.slice('{"x":'.length, -1);
  return problems.map((problem) => `${problem.path} ${textOf(problem.text)}`).join("; ");
}

export function lampService(identifier: string): Service {
  const tsl: unknown = JSON.parse(readFileSync(path.resolve("test/simulator/files/lamp.json"), "utf8"));
  const service = findService(readThingModel(tsl).model, identifier);
  assert.ok(service);
  return service;
}
