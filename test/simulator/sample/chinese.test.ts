import assert from "node:assert/strict";
import { sampleDefinition } from "../../../lib/simulator/sample/sample";
import { Simulator } from "../../../lib/simulator/simulator";
import { assertSucceeded, rpc } from "../wire";

/** Where texts for people are: names, descriptions, and the labels of switches and enums. */
const texts = /\.(?:productName|nickname|name|desc|unitName|functionBlockName|message)$|\.specs\.\d+$/;
/** What the platform adds to every thing model itself. */
const ofThePlatform = /^(?:post|set|get|property report|set properties|get properties)$/;

/** Every value by its path. */
function leaves(value: unknown, path = ""): [path: string, value: unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, part]) => leaves(part, `${path}.${key}`));
}

describe("the simulator's sample in Chinese", () => {
  const english = leaves(sampleDefinition());
  const chinese = leaves(sampleDefinition("zh-CN"));

  it("differs from the English one in names only", () => {
    const others = (all: [string, unknown][]): [string, unknown][] =>
      all.filter(([path]) => !texts.test(path));
    assert.deepEqual(
      chinese.map(([path]) => path),
      english.map(([path]) => path),
    );
    assert.deepEqual(others(chinese), others(english));
  });

  it("has Chinese names without English words in them", () => {
    const named = chinese.filter(
      ([path, value]) =>
        texts.test(path) && !ofThePlatform.test(String(value)) && !path.includes("functionBlockId"),
    );
    assert.ok(named.length > 10_000);
    const wrong = named.filter(
      ([, value]) => !/\p{Script=Han}/u.test(String(value)) || /[A-Za-z]/.test(String(value)),
    );
    assert.deepEqual(wrong.slice(0, 10), []);
  });

  it("is what a simulator in Chinese answers; the usual one stays English", async () => {
    for (const [language, name] of [
      ["zh-CN", "智能灯"],
      [undefined, "Lamp"],
    ] as const) {
      const simulator = await Simulator.start(language ? { language } : {});
      try {
        const { Data } = assertSucceeded(
          await rpc(simulator, "QueryProductList", { CurrentPage: "1", PageSize: "10" }),
        );
        assert.ok(JSON.stringify(Data).includes(`"${name}"`), name);
      } finally {
        await simulator.close();
      }
    }
  });
});
