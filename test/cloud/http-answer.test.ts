import assert from "node:assert/strict";
import * as fc from "fast-check";
import { util } from "undici";
import { ReceivedAnswer } from "../../lib/cloud/http-answer";

const body = Buffer.from("{}");
const answerWith = (...headers: string[]): ReceivedAnswer =>
  new ReceivedAnswer(
    200,
    headers.map((text) => Buffer.from(text, "latin1")),
    body,
  );

describe("An answer as it came", () => {
  it("tells its date whatever the case of the header's name", () => {
    for (const name of ["Date", "date", "DATE", "dAtE"]) {
      const answer = answerWith("Server", "Tengine", name, "Tue, 14 Nov 2023 22:13:20 GMT", "X", "y");
      assert.equal(answer.date, "Tue, 14 Nov 2023 22:13:20 GMT");
    }
  });

  it("has no date where none came, also where a value or a longer name looks like one", () => {
    assert.equal(answerWith().date, undefined);
    assert.equal(answerWith("Kind", "date", "dates", "Tue", "x-date", "Tue").date, undefined);
  });

  it("tells the same date as all headers together", () => {
    const name = fc.constantFrom("Date", "date", "DATE", "Data", "Server", "x-acs-request-id");
    const headers = fc.uniqueArray(fc.tuple(name, fc.stringMatching(/^[\x21-\x7e]{0,20}$/)), {
      selector: ([text]) => text.toLowerCase(),
    });
    fc.assert(
      fc.property(headers, (given) => {
        const answer = answerWith(...given.flat());
        assert.equal(answer.date, answer.headers["date"]);
        assert.deepEqual(answer.headers, util.parseHeaders(given.flat().map((text) => Buffer.from(text))));
      }),
    );
  });
});
