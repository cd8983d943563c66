import * as fc from "fast-check";

/**
 * A data type as TSL, three values that fit it, as JSON text in any spelling that is taken, and values with one
 * mistake each. `at` is where below the value the mistake is.
 */
export interface ThingCase {
  dataType: object;
  goods: string[];
  bads: { at: string; value: string }[];
}

const here = (...values: string[]): ThingCase["bads"] => values.map((value) => ({ at: "", value }));
const three = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(value, { minLength: 3, maxLength: 3 });

const number = fc
  .record({
    type: fc.constantFrom("int", "float", "double"),
    decimals: fc.nat({ max: 4 }),
    min: fc.option(fc.integer({ min: -1_000_000, max: 1_000_000 })),
    step: fc.option(fc.integer({ min: 2, max: 100 })),
    steps: fc.integer({ min: 1, max: 1000 }),
    fractions: three(fc.record({ fraction: fc.double({ min: 0, max: 1, noNaN: true }), spelling: fc.nat() })),
  })
  .map(({ type, decimals, min, step, steps, fractions }): ThingCase => {
    const scale = type === "int" ? 0 : decimals;
    const low = min ?? 0;
    const width = step ?? 1;
    const text = (units: number): string => (units / 10 ** scale).toFixed(scale);
    const specs = {
      ...(min !== null && { min: text(low) }),
      max: text(low + steps * width),
      ...(step !== null && { step: text(width) }),
    };
    const goods = fractions.map(({ fraction, spelling }) =>
      spelled(low + Math.round(fraction * steps) * width, scale, spelling, type === "int"),
    );
    const bads = here(text(low + steps * width + width), "1e400", "null", "true", "[]", '"warm"', '""');
    if (min !== null) bads.push(...here(text(low - width), "-1e400"));
    if (type === "int") bads.push(...here(`${low}.5`));
    return { dataType: { type, specs }, goods, bads };
  });

/** A number in one of the ways in which it may be given. */
function spelled(units: number, scale: number, spelling: number, isInteger: boolean): string {
  const plain = (units / 10 ** scale).toFixed(scale);
  const exponent = `${units}e-${scale}`;
  const spellings = [plain, `"${plain}"`, `" ${plain}\\t"`, exponent, `"${exponent}"`, String(Number(plain))];
  if (isInteger) spellings.push(`${plain}.0`, `"${plain}.00"`);
  return spellings[spelling % spellings.length]!;
}

const text = fc
  .record({
    length: fc.integer({ min: 3, max: 40 }),
    values: three(fc.string({ unit: "grapheme", maxLength: 40 })),
  })
  .map(({ length, values }): ThingCase => ({
    dataType: { type: "text", specs: { length: String(length) } },
    goods: values.map((value) => JSON.stringify(cut(value, length))),
    bads: here(
      JSON.stringify("x".repeat(length + 1)),
      JSON.stringify("灯".repeat(Math.floor(length / 3) + 1)),
      "5",
      "false",
      "null",
      "[]",
      "{}",
    ),
  }));

function cut(value: string, bytes: number): string {
  let short = value;
  while (Buffer.byteLength(short) > bytes) short = Array.from(short).slice(0, -1).join("");
  return short;
}

const bool = three(fc.constantFrom("true", "false", "0", "1", "1.0", '"0"', '"TRUE"', '"Off"', '"On"')).map(
  (goods): ThingCase => ({
    dataType: { type: "bool", specs: { "0": "Off", "1": "On" } },
    goods,
    bads: here("2", "-1", '"on"', '"yes"', "null", "[]", "{}"),
  }),
);

const choice = fc
  .record({
    keys: fc.uniqueArray(fc.integer({ min: -5, max: 100 }), { minLength: 1, maxLength: 5 }),
    picks: three(fc.tuple(fc.nat(), fc.nat({ max: 2 }))),
  })
  .map(({ keys, picks }): ThingCase => ({
    dataType: { type: "enum", specs: Object.fromEntries(keys.map((key) => [key, `item ${key}`])) },
    goods: picks.map(([index, spelling]) => {
      const key = keys[index % keys.length]!;
      return [String(key), `"${key}"`, `"item ${key}"`][spelling]!;
    }),
    bads: here("101", "0.5", '"Item"', "true", "null", "[]"),
  }));

const date = three(
  fc.oneof(
    fc.nat({ max: 4e12 }).map(String),
    fc.nat({ max: 4e12 }).map((milliseconds) => `"${milliseconds}"`),
    fc.nat({ max: 4e12 }).map((milliseconds) => JSON.stringify(new Date(milliseconds))),
  ),
).map((goods): ThingCase => ({
  dataType: { type: "date" },
  goods,
  bads: here("-1", "1.5", '"2024-01-02T03:04"', '"2023-02-29"', '"today"', "true", "null", "{}"),
}));

const simple = fc.oneof({ arbitrary: number, weight: 3 }, text, bool, choice, date);

const struct = fc.array(simple, { minLength: 1, maxLength: 4 }).map((fields): ThingCase => {
  const specs = fields.map(({ dataType }, index) => ({ identifier: `f${index}`, dataType }));
  const write = (values: string[], more = ""): string =>
    `{${values.map((value, index) => `"f${index}":${value}`).join(",")}${more}}`;
  const good = (index: number): string[] => fields.map(({ goods }) => goods[index]!);
  const within = fields.flatMap(({ bads }, index) =>
    bads.map(({ at, value }) => ({ at: `.f${index}${at}`, value: write(good(0).with(index, value)) })),
  );
  return {
    dataType: { type: "struct", specs },
    goods: [0, 1, 2].map((index) => write(good(index))),
    bads: [
      ...within,
      ...here("[]", "null", "5", '"{}"'),
      { at: ".more", value: write(good(0), ',"more":1') },
      { at: `.f${fields.length - 1}`, value: write(good(0).slice(0, -1)) },
    ],
  };
});

const array = fc
  .tuple(fc.oneof(simple, struct), fc.integer({ min: 1, max: 5 }))
  .map(([item, size]): ThingCase => {
    const write = (values: string[]): string => `[${values.join(",")}]`;
    const [first = ""] = item.goods;
    const within = item.bads.flatMap(({ at, value }) => [
      { at: `[0]${at}`, value: write([value]) },
      ...(size > 1 ? [{ at: `[1]${at}`, value: write([first, value]) }] : []),
    ]);
    const tooMany = Array.from({ length: size + 1 }, () => first);
    return {
      dataType: { type: "array", specs: { size: String(size), item: item.dataType } },
      goods: ["[]", write([first]), write(item.goods.slice(0, size))],
      bads: [...within, ...here(write(tooMany), "{}", "null", "5", '"[]"')],
    };
  });

/** Every data type of a thing model, with what fits it and what does not. */
export const thingCase: fc.Arbitrary<ThingCase> = fc.oneof({ arbitrary: simple, weight: 2 }, struct, array);
