import assert from "node:assert/strict";
import { tokenize } from "../../docs/.vitepress/texts";

describe("the search of the documentation", () => {
  it("finds the words of Chinese, which no spaces separate", () => {
    const words = tokenize("调用为什么超时？请看`msg.error.code`").join(" ");
    assert.equal(words, "调用 用为 为什 什么 么超 超时 请看 msg error code");
    assert.deepEqual(tokenize("为RAM用户"), ["为", "RAM", "用户"]);
  });

  it("finds a part of a code, and a name as a whole", () => {
    assert.deepEqual(tokenize("`iot.messagebroker.TIMEOUT`, InvokeThingService"), [
      "iot",
      "messagebroker",
      "TIMEOUT",
      "InvokeThingService",
    ]);
  });

  it("finds nothing in what has no words", () => assert.deepEqual(tokenize(" \n –– ！"), []));
});
