// Which tests there are, and which of them the arguments of `npm test -- …` select.
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

/**
 * The suites by the name that the npm script passes: which files they have, the time limit of a test in seconds, how they
 * are distributed among processes, and whether they need the installed package. `soak` has the files with long runs, of
 * which the other suites run a tenth.
 */
export const suites = {
  units: { has: (file) => !/^test\/(editor|runtimes)\//.test(file), seconds: 30, by: "files" },
  editor: {
    has: (file) => file.startsWith("test/editor/"),
    seconds: 240,
    by: "versions",
    needsPackage: true,
  },
  runtimes: {
    has: (file) => file.startsWith("test/runtimes/"),
    seconds: 240,
    by: "files",
    needsPackage: true,
  },
  soak: {
    has: (file) => longRuns.includes(file) || Object.hasOwn(inOneVersion, file),
    seconds: 600,
    by: "nothing",
    env: { SOAK: "1", SOAK_MESSAGES: "1000000" },
  },
};

const longRuns = [
  "test/cloud/spare-connection.property.test.ts",
  "test/cloud/spare-connection.test.ts",
  "test/coordination/four-processes.test.ts",
  "test/coordination/four-in-a-group.test.ts",
  "test/editor/accessibility.test.ts",
  "test/editor/looks.test.ts",
  "test/invocation/fault-matrix.test.ts",
  "test/invocation/pace.test.ts",
  "test/nodes/fleet-at-scale.test.ts",
  "test/nodes/fleet-faults.test.ts",
  "test/nodes/fleet-kill.test.ts",
  "test/nodes/fleet-quota.test.ts",
  "test/nodes/fleet-soak.test.ts",
  "test/nodes/isolation.test.ts",
  "test/nodes/replies-at-scale.test.ts",
  "test/nodes/reports-at-scale.test.ts",
  "test/nodes/roles.test.ts",
  "test/nodes/waits-at-scale.test.ts",
  "test/nodes/safety.property.test.ts",
  "test/nodes/audit-faults.test.ts",
  "test/nodes/audit-kill.test.ts",
  "test/runtimes/attack.test.ts",
  "test/runtimes/soak.test.ts",
  "test/simulator/messages/many-devices.test.ts",
  "test/subscription/decode-quick.property.test.ts",
  "test/subscription/transfers-quick.property.test.ts",
];

/**
 * Editor tests of what a dialog does with its device, its cloud and its flow, which is our own code in both versions of
 * Node-RED. Where the whole suite runs, each runs in one of them, so that CI stays within its time; in both in
 * `npm run soak`, in the workflow of the repository, and where the file or NODE_RED is named. All other editor tests,
 * which are of what differs between the versions, always run in both. The files of both versions together take about
 * equally long: accessibility 80 s; look-ups, big-and-slow, old-flows, call-now and messages 30 to 45 s; the others less.
 */
export const inOneVersion = {
  "test/editor/accessibility.test.ts": "5",
  "test/editor/big-and-slow.test.ts": "4",
  "test/editor/call-now.test.ts": "5",
  "test/editor/connection-check.test.ts": "4",
  "test/editor/coordination.test.ts": "5",
  "test/editor/first-minutes.test.ts": "5",
  "test/editor/examples.test.ts": "5",
  "test/editor/fleet.test.ts": "4",
  "test/editor/hostile-names.test.ts": "5",
  "test/editor/keyboard.test.ts": "4",
  "test/editor/labels-and-facts.test.ts": "5",
  "test/editor/look-ups.test.ts": "4",
  "test/editor/messages.test.ts": "4",
  "test/editor/old-flows.test.ts": "5",
  "test/editor/read-device.test.ts": "4",
  "test/editor/safety.test.ts": "5",
  "test/editor/session.test.ts": "5",
  "test/editor/set-properties.test.ts": "4",
  "test/editor/start-here.test.ts": "5",
  "test/editor/subscription-check.test.ts": "4",
  "test/editor/wait-until.test.ts": "5",
};

/** The slowest files, with their approximate seconds; all others take one or two. */
export const slowest = {
  "test/coordination/four-processes.test.ts": 12,
  "test/coordination/lease.property.test.ts": 6,
  "test/coordination/redis-client.test.ts": 5,
  "test/coordination/redis-faults.test.ts": 24,
  "test/coordination/four-in-a-group.test.ts": 15,
  "test/coordination/shared-copies.test.ts": 3,
  "test/coordination/shared-replies.test.ts": 4,
  "test/docs/tests-in-ci.test.ts": 4,
  "test/examples/cookbook.test.ts": 5,
  "test/invocation/fault-matrix.test.ts": 17,
  "test/look-up/connection-check.test.ts": 7,
  "test/nodes/args-check.test.ts": 8,
  "test/nodes/audit-faults.test.ts": 10,
  "test/nodes/audit-kill.test.ts": 8,
  "test/nodes/await-reply.test.ts": 5,
  "test/nodes/fleet-at-scale.test.ts": 9,
  "test/nodes/fleet-batch.test.ts": 4,
  "test/nodes/fleet-keep.test.ts": 4,
  "test/nodes/fleet-kill.test.ts": 12,
  "test/nodes/fleet-soak.test.ts": 5,
  "test/nodes/fleet.test.ts": 7,
  "test/nodes/inputs.test.ts": 5,
  "test/nodes/outcomes.test.ts": 5,
  "test/nodes/safety.property.test.ts": 10,
  "test/nodes/isolation.test.ts": 4,
  "test/nodes/replies-at-scale.test.ts": 4,
  "test/nodes/reports-at-scale.test.ts": 4,
  "test/nodes/set-properties-confirmed.test.ts": 4,
  "test/nodes/wait-until.property.test.ts": 10,
  "test/nodes/wait-until.test.ts": 6,
  "test/nodes/waits-at-scale.test.ts": 5,
  "test/runtimes/admin-drafts.test.ts": 6,
  "test/runtimes/admin-refusals.test.ts": 11,
  "test/runtimes/admin-routes.test.ts": 8,
  "test/runtimes/call-now.test.ts": 10,
  "test/runtimes/dev.test.ts": 14,
  "test/runtimes/attack.test.ts": 11,
  "test/runtimes/examples.test.ts": 45,
  "test/runtimes/flows.test.ts": 10,
  "test/runtimes/language.test.ts": 4,
  "test/runtimes/load.test.ts": 4,
  "test/runtimes/old-flows.test.ts": 12,
  "test/runtimes/redeploy-messages.test.ts": 28,
  "test/runtimes/redeploy-waits.test.ts": 5,
  "test/runtimes/redeploy.test.ts": 10,
  "test/runtimes/roles.test.ts": 7,
  "test/runtimes/secrets-of-nodes.test.ts": 4,
  "test/runtimes/secrets.test.ts": 6,
  "test/runtimes/shared-subscription.test.ts": 15,
  "test/runtimes/soak.test.ts": 20,
  "test/runtimes/start.test.ts": 28,
  "test/runtimes/subscription-check.test.ts": 10,
  "test/simulator/cli.test.ts": 7,
  "test/simulator/messages/many-devices.test.ts": 2,
  "test/subscription/consumer.test.ts": 4,
  "test/subscription/simulator.test.ts": 6,
  "test/waiting/waits.test.ts": 5,
};

/** Files that measure time or memory, and run alone. */
export const alone = [
  "test/coordination/four-processes.test.ts",
  "test/invocation/pace.test.ts",
  "test/invocation/queued-call.test.ts",
];

/**
 * Unit tests that mostly wait, for a Redis that is away or for a time-out to pass: they need CPU time for less than half of
 * the seconds above. They run in a process of their own, in parallel with those that need much CPU time.
 */
export const waiting = [
  "test/coordination/redis-faults.test.ts",
  "test/nodes/args-check.test.ts",
  "test/nodes/await-reply.test.ts",
  "test/nodes/fleet-at-scale.test.ts",
];

/**
 * Files that share a running Node-RED of each version, and mostly wait for slow or offline devices. They run in one
 * process per version, in parallel with those that need much CPU time.
 */
export const sharing = [
  "test/runtimes/call-now-redeploy.test.ts",
  "test/runtimes/examples.test.ts",
  "test/runtimes/flows.test.ts",
  "test/runtimes/properties.test.ts",
  "test/runtimes/redeploy-waits.test.ts",
  "test/runtimes/redeploy.test.ts",
  "test/runtimes/shared-subscription.test.ts",
];

/** The approximate seconds that a file takes. */
export function secondsOf(file) {
  return slowest[file] ?? 1;
}

/** The sources of all tests below the current folder, with slashes. */
export function allTests() {
  return readdirSync("test", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `test/${name.replaceAll("\\", "/")}`)
    .toSorted();
}

/** The compiled form of a test's source. */
export function compiled(file) {
  return `dist/${file.replace(/\.ts$/, ".js")}`;
}

/**
 * Selects what to run: `[suite] [FILE…] [options of mocha…]`. A FILE is a test, a folder of tests, or what either is
 * compiled to; `from` is the folder that relative names start at.
 * @throws {Error} that names a FILE that does not exist
 */
export function choose(args, from) {
  const [first] = args;
  const named = Object.hasOwn(suites, first ?? "") ? first : undefined;
  const files = [];
  const options = [];
  for (const argument of named ? args.slice(1) : args) {
    const found = testsAt(argument, from);
    // An argument after an option that is not a test is the option's value.
    const isValue = /^-[^=]*$/.test(options.at(-1) ?? "");
    if (found.length > 0) files.push(...found);
    else if (argument.startsWith("-") || isValue) options.push(argument);
    else throw new Error(`There is no test at ${argument}.`);
  }
  const name = named ?? suiteOf(files);
  const isPart = files.length > 0 || options.length > 0;
  return { name, isPart, options, files: files.length > 0 ? files : allTests().filter(suites[name].has) };
}

/** The suite whose time limits fit these files: the first that has them, units where there are none. */
function suiteOf(files) {
  return ["editor", "runtimes"].find((name) => files.some(suites[name].has)) ?? "units";
}

function testsAt(name, from) {
  const root = process.cwd();
  for (const base of [from, root]) {
    const relative = path.relative(root, path.resolve(base, name)).replaceAll("\\", "/");
    const source = relative.replace(/^dist\//, "").replace(/\.js$/, ".ts");
    if (!source.startsWith("test/") && source !== "test") continue;
    if (!existsSync(source)) continue;
    if (statSync(source).isFile()) return source.endsWith(".test.ts") ? [source] : [];
    return allTests().filter((file) => file.startsWith(`${source}/`));
  }
  return [];
}
