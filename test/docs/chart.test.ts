import assert from "node:assert/strict";
import { barChart } from "../../bench/chart";
import { type Language, languages, pageIn, textOf } from "./pages";

/** The widths and the numbers of a chart's bars. */
function barsOf(svg: string): { width: number; number: number }[] {
  const widths = Array.from(svg.matchAll(/<rect x="\d+" y="\d+" width="(\d+)"/g), ([, width]) =>
    Number(width),
  );
  const numbers = Array.from(svg.matchAll(/<text x="\d+" y="\d+">([\d,]+)<\/text>/g), ([, text]) =>
    Number(text!.replaceAll(",", "")),
  );
  return widths.map((width, index) => ({ width, number: numbers[index]! }));
}

describe("the chart of the benchmark", () => {
  it("has bars as long as their numbers say", () => {
    const bars = barsOf(
      barChart("Calls", [
        { label: "a", value: 1000.4 },
        { label: "b", value: 500, isOurs: true },
        { label: "c", value: 0 },
      ]),
    );
    assert.deepEqual(
      bars.map(({ number }) => number),
      [1000, 500, 0],
    );
    assert.ok(Math.abs(bars[0]!.width / 2 - bars[1]!.width) <= 1);
    assert.equal(bars[2]!.width, 0);
  });

  it("shows names as text", () => {
    assert.match(barChart("<b>", [{ label: "a & b", value: 1 }]), /&lt;b&gt;[^]*a &amp; b/);
  });

  for (const language of Object.keys(languages) as Language[]) {
    it(`has the numbers of the table beside it, ${language}`, () => {
      const page = textOf(pageIn(language, "benchmark"));
      const inTable = Array.from(page.matchAll(/\| +[\d,]+ \/ [\d,]+ \/ ([\d,]+) \|/g), ([, number]) =>
        Number(number!.replaceAll(",", "")),
      );
      const [, chart = ""] = /\]\(\/(charts\/[^)]+\.svg)\)/.exec(page) ?? [];
      const inChart = barsOf(textOf(`docs/public/${chart}`)).map(({ number }) => number);
      assert.ok(inChart.length >= 5);
      // The flow that makes no calls has no bar.
      assert.deepEqual(
        inChart.filter((number) => !inTable.includes(number)),
        [],
      );
    });
  }
});
