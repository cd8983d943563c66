// A Node-RED's share of an account, as a process of its own: calls wait for permits at a given rate, and each start is
// reported to the parent.
import { EventEmitter } from "node:events";
import { performance } from "node:perf_hooks";
import { SharedPace } from "../../lib/coordination/shared-pace";
import { Governor } from "../../lib/invocation/governor";
import { coordinationWith, isConnected, stateOf } from "../support/redis";

const [port = "0", fed = "0", rate = "500", concurrency = "64", callMs = "20"] = process.argv.slice(2);
const quota = { rate: Number(rate), concurrency: Number(concurrency), queueLimit: 1_000_000, queueTtl: 0 };
const events = new EventEmitter();
let starts: number[] = [];

async function run(): Promise<void> {
  const coordination = coordinationWith(Number(port));
  await stateOf(coordination, isConnected);
  const limit = {
    name: "calls",
    rate: quota.rate,
    concurrency: quota.concurrency,
    isConcurrencyShared: true,
  };
  const governor = new Governor(
    quota,
    undefined,
    undefined,
    (demand) => new SharedPace(coordination, coordination.account("account"), limit, demand),
  );
  process.send!("ready");
  await new Promise((resolve) => process.once("message", resolve));
  const begun = performance.now();
  let calls = 0;
  const feeding = setInterval(() => {
    const due = ((performance.now() - begun) * Number(fed)) / 1000;
    for (; calls < due; calls++)
      governor.enter().then(
        (permit) => {
          starts.push(performance.timeOrigin + performance.now());
          setTimeout(() => permit.release(), Number(callMs));
        },
        () => undefined,
      );
  }, 5);
  const telling = setInterval(() => {
    process.send!(starts);
    starts = [];
  }, 100);
  process.once("message", () => events.emit("end"));
  await new Promise((resolve) => events.once("end", resolve));
  clearInterval(feeding);
  clearInterval(telling);
  process.send!(starts);
  governor.close();
  await coordination.close();
  process.disconnect();
}

void run();
