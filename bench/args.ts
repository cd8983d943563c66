import { readArgs } from "../lib/simulator/devices/args";
import { encodeArgs } from "../lib/thing-model/encode";
import { findService, readThingModel, type Service } from "../lib/thing-model/model";

/**
 * The check of args may take so many times as long as JSON.parse takes for the same text. Its parser, which keeps
 * digits, is written in JavaScript and takes the larger part.
 */
const maxTimes = 80;
/** Of three runs the best: the first one compiles, and others are interrupted. */
const runs = 3;
/** As large as a device takes them. */
const maxBytes = 256 * 1024;

const fields = Array.from({ length: 50 }, (_none, index) => ({
  identifier: `${"identifier".repeat(4)}${index}`,
  dataType: { type: "double", specs: { min: "4.9E-324", max: "1.7976931348623157E308", step: "0.1" } },
}));
const labels = Object.fromEntries(Array.from({ length: 1000 }, (_none, key) => [key, `item ${key}`]));

/** The worst of models: no size, many fields, many labels, limits of many digits. */
const items: Record<string, object> = {
  struct: { type: "struct", specs: fields },
  "array of structs": { type: "array", specs: { item: { type: "struct", specs: fields } } },
  enum: { type: "enum", specs: labels },
  int: { type: "int", specs: { min: "0", max: "1" } },
  double: { type: "double", specs: { min: "0.1000000000000000055", max: "100", step: "0.1" } },
  text: { type: "text", specs: { length: "1" } },
  date: { type: "date" },
};
const plain = '{} [] null "" 1 "1" 1e0 -0 0.30000000000000004 1e300 "2024-01-02" {"a":1} {"a":1,"a":2}';
const values = [...plain.split(" "), '"item 999"'];

/** The longest times of all models and args, in CPU milliseconds of the best run, as a multiple of JSON.parse. */
export function raceArgs(say: (line: string) => void): boolean {
  let worst = { times: 0, name: "" };
  const ones = argsOf("1");
  const usual = best(() => JSON.parse(ones));
  for (const [name, item] of Object.entries(items)) {
    const service = serviceOf({ type: "array", specs: { item } });
    for (const value of values) {
      const args = argsOf(value);
      // Some values are parsed much faster than others; what counts is the usual time for such a length.
      const parse = Math.max(
        best(() => JSON.parse(args)),
        usual,
      );
      const check = best(() => encodeArgs(service.inputs, args));
      const simulated = best(() => readArgs(args, service));
      const times = Math.max(check, simulated) / parse;
      if (times > worst.times) worst = { times, name: `${name} of ${value}` };
    }
    say(`args of ${name}: at most ${worst.times.toFixed(0)} times JSON.parse so far`);
  }
  console.log(
    `args of 256 KB: ${worst.times.toFixed(0)} times JSON.parse (${worst.name}), at most ${maxTimes} wanted`,
  );
  return worst.times <= maxTimes;
}

/** An array of as many values as args hold. */
function argsOf(value: string): string {
  const count = Math.floor((maxBytes - 10) / (value.length + 1));
  return `{"x":[${Array(count).fill(value).join(",")}]}`;
}

function best(work: () => unknown): number {
  let shortest = Infinity;
  for (let run = 0; run < runs; run++) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    shortest = Math.min(shortest, (user + system) / 1000);
  }
  return shortest;
}

function serviceOf(dataType: object): Service {
  const inputData = [{ identifier: "x", dataType }];
  const { model } = readThingModel({ services: [{ identifier: "S", callType: "sync", inputData }] });
  const service = findService(model, "S");
  if (!service) throw new Error("the model has no service");
  return service;
}
