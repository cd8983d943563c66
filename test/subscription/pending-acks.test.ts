import assert from "node:assert/strict";
import { type SinonFakeTimers, useFakeTimers } from "sinon";
import type { Delivery } from "../../lib/subscription/delivery";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import type { MessageListener } from "../../lib/subscription/listener";
import { PendingAcks } from "../../lib/subscription/pending-acks";

const maxMs = 28_000;

function message(messageId: string, kind: DeviceMessage["kind"] = "property"): DeviceMessage {
  return { kind, topic: "t", messageId, payload: {}, format: "json" };
}

interface Outcome extends Delivery {
  outcome: string;
}

function delivery(): Outcome {
  const settle = (outcome: string) => () => {
    if (own.outcome === "open") own.outcome = outcome;
  };
  const own: Outcome = {
    message: {},
    outcome: "open",
    accept: settle("accepted"),
    release: settle("released"),
  };
  return own;
}

describe("messages that are delivered", () => {
  let clock: SinonFakeTimers;
  let unacknowledged: string[];
  let done: string[];
  let pendingAcks: PendingAcks;
  let listeners: Listener[];

  type Listener = MessageListener & { took: string[] };

  const listener = (
    acknowledge: "auto" | "flow",
    take: (taken: DeviceMessage) => void = () => undefined,
  ): Listener => {
    const own: Listener = {
      took: [],
      acknowledge,
      filter: { kind: "any", productKey: "", deviceName: "", identifier: "" },
      take: (taken) => {
        own.took.push(taken.messageId);
        take(taken);
      },
    };
    listeners.push(own);
    return own;
  };

  const deliver = (messageId: string): Outcome => {
    const own = delivery();
    pendingAcks.receive(message(messageId), own, listeners);
    return own;
  };

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    unacknowledged = [];
    done = [];
    listeners = [];
    pendingAcks = new PendingAcks({
      maxMs,
      maxSize: 3,
      onUnacknowledged: ({ messageId }) => unacknowledged.push(messageId),
      onDone: (messageId) => done.push(messageId),
    });
  });

  afterEach(() => {
    pendingAcks.close();
    const left = clock.countTimers();
    clock.restore();
    assert.equal(left, 0);
  });

  it("are accepted at once where nobody wants them, and where all take them without a word", () => {
    assert.equal(deliver("1").outcome, "accepted");
    listener("auto");
    assert.equal(deliver("2").outcome, "accepted");
    assert.deepEqual(done, ["1", "2"]);
  });

  it("go on to the others, and are accepted, when a listener throws", () => {
    listener("auto", () => {
      throw new Error("a fault");
    });
    const other = listener("auto");
    assert.equal(deliver("1").outcome, "accepted");
    assert.deepEqual(other.took, ["1"]);
  });

  it("are accepted when every flow has acknowledged them", () => {
    const first = listener("flow");
    const second = listener("flow");
    listener("auto");
    const own = deliver("1");
    assert.equal(pendingAcks.acknowledge(first, "1"), true);
    assert.equal(pendingAcks.acknowledge(first, "1"), false);
    assert.equal(own.outcome, "open");
    assert.equal(pendingAcks.acknowledge(second, "1"), true);
    assert.equal(own.outcome, "accepted");
    assert.equal(pendingAcks.acknowledge(second, "other"), false);
  });

  it("may be acknowledged while they are handed out", () => {
    const own = listener("flow", ({ messageId }) => pendingAcks.acknowledge(own, messageId));
    listener("auto");
    assert.equal(deliver("1").outcome, "accepted");
    assert.deepEqual(
      listeners.map(({ took }) => took),
      [["1"], ["1"]],
    );
  });

  it("without an id are accepted once they are handed out: nothing could acknowledge them", () => {
    const own = listener("flow");
    assert.equal(deliver("").outcome, "accepted");
    assert.equal(deliver("").outcome, "accepted");
    assert.deepEqual(own.took, ["", ""]);
  });

  it("go back when the flow does not acknowledge them in time, and are handed out again when they come again", () => {
    const flow = listener("flow");
    const auto = listener("auto");
    const first = deliver("1");
    clock.tick(maxMs - 1);
    assert.equal(first.outcome, "open");
    clock.tick(1);
    assert.equal(first.outcome, "released");
    assert.deepEqual(unacknowledged, ["1"]);
    const second = deliver("1");
    assert.deepEqual([flow.took, auto.took], [["1", "1"], ["1"]]);
    pendingAcks.acknowledge(flow, "1");
    assert.equal(second.outcome, "accepted");
    clock.tick(maxMs);
    assert.deepEqual(unacknowledged, ["1"]);
  });

  it("that are acknowledged too late are not handed out again", () => {
    const flow = listener("flow");
    deliver("1");
    clock.tick(maxMs);
    assert.equal(pendingAcks.acknowledge(flow, "1"), true);
    assert.deepEqual(done, ["1"]);
  });

  it("that come again while the flow works on them are not handed out again, and are accepted with the first", () => {
    const flow = listener("flow");
    const first = deliver("1");
    clock.tick(20_000);
    const second = deliver("1");
    assert.deepEqual(flow.took, ["1"]);
    // The platform gives the second one its own 30 s.
    clock.tick(20_000);
    assert.deepEqual(unacknowledged, []);
    pendingAcks.acknowledge(flow, "1");
    assert.deepEqual([first.outcome, second.outcome], ["accepted", "accepted"]);
  });

  it("go back when their listener ends, and go to the next one only", () => {
    const gone = listener("flow");
    const staying = listener("flow");
    const first = deliver("1");
    pendingAcks.acknowledge(staying, "1");
    listeners.shift();
    pendingAcks.end(gone);
    assert.equal(first.outcome, "released");
    const next = listener("flow");
    const second = deliver("1");
    assert.deepEqual([staying.took, next.took], [["1"], ["1"]]);
    pendingAcks.acknowledge(next, "1");
    assert.equal(second.outcome, "accepted");
    assert.deepEqual(unacknowledged, []);
  });

  it("that another flow still works on when a listener ends come again for the next one", () => {
    const gone = listener("flow");
    const staying = listener("flow");
    deliver("1");
    listeners.shift();
    pendingAcks.end(gone);
    pendingAcks.acknowledge(staying, "1");
    assert.deepEqual(done, []);
    const next = listener("auto");
    assert.equal(deliver("1").outcome, "accepted");
    assert.deepEqual([staying.took, next.took], [["1"], ["1"]]);
  });

  it("of a removed listener are dropped if no other listener has them", () => {
    const gone = listener("flow");
    deliver("1");
    listeners.shift();
    pendingAcks.end(gone);
    assert.equal(pendingAcks.has("1"), false);
  });

  it("and went back are remembered in bounds; those that the flow works on always", () => {
    const flow = listener("flow");
    for (const id of ["1", "2", "3"]) deliver(id);
    clock.tick(maxMs);
    for (const id of ["4", "5"]) deliver(id);
    assert.deepEqual(
      ["1", "2", "3", "4", "5"].map((id) => pendingAcks.acknowledge(flow, id)),
      [false, false, true, true, true],
    );
  });
});
