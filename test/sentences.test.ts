import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { Failure } from "../lib/base/failure";
import { readFailure } from "../lib/look-up/read-failure";
import { troubleText } from "../nodes/common/subscription-status";
import { translate } from "./support/catalog";

const localized = (language: string, key: string): string =>
  translate(language, `aliyun-iot-invoke-service.${key}`);

/** What is said of commands, in both languages. */
const ofCommands =
  /carried out|carry out|Nothing was sent|before you retry|已被执行|可能已执行|调用未发出|仍可能执行/;

describe("sentences that would not be true", () => {
  const texts = [
    ...readdirSync("locales", { recursive: true, encoding: "utf8" }).map((name) =>
      path.join("locales", name),
    ),
    ...readdirSync("examples", { recursive: true, encoding: "utf8" }).map((name) =>
      path.join("examples", name),
    ),
    ...readdirSync("docs", { recursive: true, encoding: "utf8" })
      .filter((name) => !/node_modules|\.vitepress/.test(name))
      .map((name) => path.join("docs", name)),
    "README.md",
    "README.zh-CN.md",
  ].filter((file) => /\.(json|html|md)$/.test(file));
  const never: [what: string, words: RegExp][] = [
    ["the account's dialog sends nobody to the account's dialog", /Open the account node|请打开账号节点/],
    ["JSON is not sent as it stands where args are checked", /sent as it stands|手写的 JSON 会原样发送/],
    ["digits are not kept where args are checked", /digits of its numbers are kept|数字按原样保留/],
    ["Chinese has one word for a call that the platform took", /已下发/],
    ["Chinese has one word for the repeat rule", /重发规则/],
    ["Chinese has one word for a command", /命令(?:的下落|可能已)/],
    ["Chinese has one word for the account number", /主账号 ID/],
    ["Chinese has one word for building this package", /、编译|编译、/],
  ];
  for (const [what, words] of never) {
    it(`are gone: ${what}`, () => {
      assert.deepEqual(
        texts.filter((file) => words.test(readFileSync(file, "utf8"))),
        [],
      );
    });
  }

  it("no text that a dialog may show tells its reader to open the node that is open", () => {
    const instructions =
      /[Oo]pen (?:the|this|that|its) (?:node|account|subscription|coordination)\b|打开(?:该|此|这个|本)?(?:节点|账号|订阅|协调)/;
    // The name of a button that does open a node above the dialog.
    const buttons = /^\s*"open-[a-z]+":/;
    for (const file of texts.filter((name) => /^locales.*\.json$/.test(name)))
      assert.deepEqual(
        readFileSync(file, "utf8")
          .split("\n")
          .filter((line) => instructions.test(line) && !buttons.test(line)),
        [],
        file,
      );
  });

  it("no example writes its floats by hand, or names a port in its title", () => {
    const all = readdirSync("examples", { recursive: true, encoding: "utf8" });
    for (const file of all.filter((name) => name.endsWith(".json"))) {
      const nodes = JSON.parse(readFileSync(path.join("examples", file), "utf8")) as Record<string, string>[];
      for (const { name = "", func = "" } of nodes) {
        assert.doesNotMatch(func, /toFixed/, file);
        assert.doesNotMatch(name, /:\d{4}/, file);
      }
    }
  });

  it("a node without an input does not speak of bad input", () => {
    assert.match(troubleText("invalid-input"), /status\.invalid-settings$/);
  });

  const failures = ["errors.timeout-sent", "errors.connection-lost", "errors.closed-in-flight"].map(
    (key) =>
      new Failure({
        code: "x",
        category: "network",
        outcome: "unknown",
        retryable: false,
        text: { key },
        hint: "hints.unknown",
      }),
  );
  const notSent = ["network", "dns", "tls", "proxy", "proxy-login"].map(
    (hint) =>
      new Failure({
        code: "connection-failed",
        category: "network",
        outcome: "not-sent",
        retryable: true,
        text: { key: "errors.connection-failed" },
        hint: `hints.${hint}`,
      }),
  );
  for (const language of ["en-US", "zh-CN"]) {
    it(`a look-up that fails says nothing of commands, ${language}`, () => {
      for (const failure of [...failures, ...notSent]) {
        const { text, hint, outcome } = readFailure(failure);
        assert.equal(outcome, failure.outcome);
        assert.doesNotMatch(localized(language, typeof text === "string" ? text : text.key), ofCommands);
        if (hint !== undefined) assert.doesNotMatch(localized(language, hint), ofCommands);
      }
    });
  }
});
