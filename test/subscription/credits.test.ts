import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Receiver } from "rhea";
import { Credits } from "../../lib/subscription/credits";

describe("the credits of a link", () => {
  it("never run out while fewer messages are open than there are credits, and never exceed them", () => {
    const steps = fc.array(fc.boolean(), { maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), steps, (total, arrivals) => {
        const link = {
          credit: 0,
          add_credit(more: number) {
            this.credit += more;
          },
        };
        const credits = new Credits(link as unknown as Receiver, total);
        credits.begin();
        let open = 0;
        for (const isArrival of arrivals) {
          if (isArrival && link.credit > 0) {
            link.credit--;
            open++;
            credits.arrived();
          } else if (!isArrival && open > 0) {
            open--;
            credits.settled();
          }
          assert.ok(open + link.credit <= total);
          if (open < total) assert.ok(link.credit > 0, `${open} of ${total} open, and no credit`);
        }
      }),
    );
  });

  it("are given back in a few frames while messages are settled at once", () => {
    let frames = 0;
    const link = {
      credit: 0,
      add_credit(more: number) {
        this.credit += more;
        frames++;
      },
    };
    const credits = new Credits(link as unknown as Receiver, 100);
    credits.begin();
    for (let message = 0; message < 1000; message++) {
      link.credit--;
      credits.arrived();
      credits.settled();
    }
    assert.equal(frames, 1 + 1000 / 25);
  });
});
