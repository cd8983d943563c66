import assert from "node:assert/strict";
import { barChart } from "../../bench/chart";
import { type Language, languages, pageIn, textOf } from "./pages";

/** White, and the dark pages of the site and of GitHub. */
const grounds = { light: ["#ffffff"], dark: ["#1b1b1f", "#0d1117"] };

/** The contrast of two colours by WCAG 2, from 1 to 21. */
function contrast(one: string, other: string): number {
  const [dark, light] = [one, other].map(luminance).sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The colours of the texts of a chart on a light page and on a dark one, and of its bars. */
function coloursOf(svg: string): { light: string; dark: string; bars: string[] } {
  const [, light = "", dark = ""] =
    /<style>text \{ fill: (\S+) \} @media \(prefers-color-scheme: dark\) \{ text \{ fill: (\S+) \} \}<\/style>/.exec(
      svg,
    ) ?? [];
  return { light, dark, bars: Array.from(svg.matchAll(/<rect [^>]*fill="([^"]+)"/g), ([, fill]) => fill!) };
}

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

  it("has no ground, and can be read on a light page and on a dark one, also where the browser takes one for the other", () => {
    const drawn = barChart("Calls", [{ label: "a", value: 1 }]);
    const kept = Object.keys(languages).map((language) =>
      textOf(`docs/public/charts/benchmark.${language}.svg`),
    );
    for (const svg of [drawn, ...kept]) {
      const { light, dark, bars } = coloursOf(svg);
      assert.doesNotMatch(svg, /<rect width/);
      for (const ground of grounds.light) assert.ok(contrast(light, ground) >= 4.5, ground);
      for (const ground of grounds.dark) assert.ok(contrast(dark, ground) >= 4.5, ground);
      for (const ground of [...grounds.light, ...grounds.dark]) {
        for (const colour of [light, dark, ...bars]) {
          assert.ok(contrast(colour, ground) >= 3, `${colour} on ${ground}`);
        }
      }
    }
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
