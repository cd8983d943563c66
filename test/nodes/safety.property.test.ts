import assert from "node:assert/strict";
import * as fc from "fast-check";
import helper from "node-red-node-test-helper";
import type { SimulatorDefinition } from "../../lib/simulator/definition/definition";
import { isFull } from "../support/long-run";
import { lamp, type Message, simulated, TestFlow, unload } from "../support/nodes";
import { unicode } from "../support/unicode";

/** Accounts with rules of their own, and messages to each of them; of each kind of command so many. */
const accounts = 100;
const perAccount = isFull ? 1000 : 30;

const productKeys = ["a1Plant", "a1plant", "a1Pl*", "水厂", "p/1"];
const deviceNames = "valve valve-1 Valve va.ve va*ve * 阀门😀 v/1 a+b (b) [c] ^d$ {2} \\w v|w @x:y".split(
  " ",
);
const services = ["Open", "open", "Open2", "-", "main:Open", "Main:Open", "property:Open"];
/** Such as a program may get wrong. */
const others = [
  "nobody",
  "a1Plant/valve/Open",
  "*/*/*",
  "阀门",
  "é",
  "e\u0301",
  "va ve",
  "__proto__",
  "x".repeat(257),
  "",
];

const moduleOf = (id: string): object => ({
  profile: { productKey: "x" },
  ...(id !== "" && { functionBlockId: id, functionBlockName: id }),
  services: services
    .filter((service) => (service.includes(":") ? service.split(":")[0] : "") === id)
    .map((service) => ({
      identifier: service.split(":").at(-1),
      name: service,
      callType: "sync",
      inputData: [{ identifier: "N", name: "N", dataType: { type: "int", specs: {} } }],
      outputData: [],
    })),
  properties: services
    .filter((name) => (name.includes(":") ? name.split(":")[0] : "") === id)
    .map((name) => ({
      identifier: name.split(":").at(-1),
      name,
      accessMode: "rw",
      dataType: { type: "int", specs: {} },
    })),
});
const thingModel = ["", "main", "Main", "property"].map(moduleOf) as never;

const plant: SimulatorDefinition = {
  products: productKeys.map((productKey, product) => ({
    productKey,
    thingModel,
    devices: deviceNames.map((deviceName, device) => ({
      deviceName,
      iotId: `${product}/${device}*`,
      // What was sent has been done once its message is out.
      propertySet: { reply: "before" },
    })),
  })),
};

type Kind = "service" | "now" | "desired";
const nodeTypes: Record<Kind, string> = {
  service: "aliyun-iot-invoke-service",
  now: "aliyun-iot-set-properties",
  desired: "aliyun-iot-set-properties",
};
const propertyNames = services.map((name) => `property:${name}`);
/** Of each kind as its rules name them, and fewer of the other one. */
const identifiersOf = (kind: Kind): string[] =>
  kind === "service"
    ? [...services, "property:main:Open", "service:property:Open"]
    : [...propertyNames, ...propertyNames, ...Array<string>(8).fill("property:*"), "Open", "main:Open"];

const lineEnd = fc.constantFrom("\n", "\r\n", "\r", "\n\n", "\n # all of it: */*/*\n");
const pattern = (names: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...names.filter((name) => !name.includes("/"))) },
    { weight: 2, arbitrary: fc.constantFrom("*", "**") },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom(...names.filter((name) => !name.includes("/"))), fc.nat(3), fc.nat(3))
        .map(([name, from, to]) => `${name.slice(0, from)}*${name.slice(from + to)}`)
        .filter((text) => text.isWellFormed()),
    },
  );
const rule = (kind: Kind): fc.Arbitrary<string> =>
  fc
    .tuple(
      pattern(productKeys),
      pattern(deviceNames),
      pattern(identifiersOf(kind)),
      fc.constantFrom("", " ", "\t"),
    )
    .chain(([productKey, deviceName, identifier, space]) =>
      fc
        .constantFrom("", " # */*/*", "# why")
        .map((comment) => `${space}${productKey}/${deviceName}/${identifier}${space}${comment}`),
    );
const rules = (kind: Kind): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(rule(kind), lineEnd), { minLength: 1, maxLength: 8 })
    .map((lines) => lines.flat().join(""));
const allowOf = (kind: Kind): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 5, arbitrary: rules(kind) },
    // So that many of the calls that set several properties are allowed as well.
    {
      weight: 4,
      arbitrary: rules(kind).map((lines) => `${lines}\n*1*/*v*/${kind === "service" ? "" : "property:"}*`),
    },
    { weight: 1, arbitrary: fc.constantFrom("", " \r\n ", "# nothing: */*/*", "#", "\r# */*/*\r\n") },
  );
const confirmOf = (kind: Kind): fc.Arbitrary<string> =>
  fc.oneof({ weight: 2, arbitrary: rules(kind) }, { weight: 1, arbitrary: fc.constant("") });
const bad = fc.constantFrom("a1Plant/valve", "*/*/*/*", "//", "a1Plant/ /Open", "${ALLOW}", "*");

const nameOf = (names: readonly string[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => ` ${name}\n`) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
    {
      weight: 1,
      arbitrary: fc.oneof(unicode(), fc.constantFrom(7, true, null, ["valve"])),
    },
  );
const confirmation = fc.oneof(
  fc.constantFrom(true, true, false, undefined),
  fc.constantFrom("true", 1, {}, [true], null, "yes", { valueOf: () => true }),
);
const message = fc.record({
  productKey: nameOf(productKeys),
  deviceName: nameOf(deviceNames),
  service: nameOf(services),
  /** Further properties of the same call. */
  others: fc.oneof(
    { weight: 3, arbitrary: fc.constant<unknown[]>([]) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom<unknown>(...services), { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(nameOf(services), { minLength: 1, maxLength: 2 }) },
  ),
  spelling: fc.constantFrom(
    "object",
    "object",
    "text",
    "text",
    "escaped",
    "twice",
    "reported",
    "reported text",
  ),
  iotId: fc.oneof(
    { weight: 9, arbitrary: fc.tuple(fc.nat(productKeys.length - 1), fc.nat(deviceNames.length - 1)) },
    { weight: 1, arbitrary: fc.constantFrom("nobody", "a1Plant/valve/Open", "*") },
  ),
  isById: fc.boolean(),
  confirmed: confirmation,
});
type Command = (typeof message extends fc.Arbitrary<infer Value> ? Value : never) & { n: number };

/** Which lines match, written another way than the rules are: a regular expression of the whole line. */
function matches(text: string, command: string): boolean {
  return text
    .split(/[\r\n]/)
    .map((line) => line.replace(/#.*$/s, "").trim())
    .filter((line) => line !== "")
    .some((line) => {
      const expression = line.replace(/[\\^$.|?+()[\]{}]/g, "\\$&").replaceAll("*", "[^/]*");
      return new RegExp(`^${expression}$`, "su").test(command);
    });
}

interface Rules {
  allow: string;
  confirm: string;
}

/** What a command names, as it is sent: a service, or each property that is set. */
function namesIn(kind: Kind, { service, others: more }: Command): string[] {
  if (kind === "service") return [typeof service === "string" ? service.trim() : ""];
  return [...new Set([service, ...more].map(String))];
}

/** The properties that a command sets, written one way or another. */
function itemsOf(command: Command): unknown {
  const { n, spelling } = command;
  const names = namesIn("now", command);
  const escaped = (name: string): string =>
    `"${name
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("")}"`;
  const text = (value: (name: string) => string, key = (name: string) => JSON.stringify(name)): string =>
    `{${names.map((name) => `${key(name)}:${value(name)}`).join(",")}}`;
  const plain = text(() => String(n));
  // Parsed, so that __proto__ is a name like any other.
  if (spelling === "object") return JSON.parse(plain);
  if (spelling === "escaped" && names.join("").length < 1000) return text(() => String(n), escaped);
  if (spelling === "twice") return `{"${names[0]!.replace(/["\\]/g, "")}":-1,${plain.slice(1)}`;
  if (spelling === "reported") return JSON.parse(`{"items":${text(() => `{"value":${n},"time":1}`)}}`);
  if (spelling === "reported text") return ` {"items":${text(() => `{"value":${n}}`)},"Open":-1}`;
  return plain;
}

/** The device that a command is for; undefined where there is none, or it is none. */
function deviceOf({ isById, iotId, productKey, deviceName }: Command): [string, string] | undefined {
  if (!isById) {
    const names = [productKey, deviceName].map((name) => (typeof name === "string" ? name.trim() : ""));
    return names as [string, string];
  }
  if (typeof iotId === "string") return undefined;
  return [productKeys[iotId[0]]!, deviceNames[iotId[1]]!];
}

function decisionOf(
  kind: Kind,
  { allow: allowed, confirm: asked }: Rules,
  command: Command,
  identifiers: readonly string[],
): "sent" | "not-allowed" | "not-confirmed" {
  const device = deviceOf(command);
  const hasConfirm = matches(asked.replaceAll(/[^\r\n#/]+/g, "x"), "x/x/x");
  if (!device) return allowed.trim() === "" && !hasConfirm ? "sent" : "not-allowed";
  const linesOf = (names: readonly string[]): string[] => names.map((name) => [...device, name].join("/"));
  // A rule for a property does not allow a service that has the same name.
  const isAmbiguous = kind === "service" && identifiers[0] === "property:Open";
  const own = linesOf(isAmbiguous ? ["service:property:Open"] : identifiers);
  if (allowed.trim() !== "" && !own.every((line) => matches(allowed, line))) return "not-allowed";
  const isAsked = [...own, ...linesOf(identifiers)].some((line) => matches(asked, line));
  return command.confirmed === true || !isAsked ? "sent" : "not-confirmed";
}

for (const kind of ["service", "now", "desired"] as const)
  describe(`rules of ${accounts} accounts and ${perAccount} messages to each: ${kind}`, function () {
    this.timeout(600_000);
    afterEach(() => unload());

    /** Sends random commands to an account with these rules; gives how each ended and what was executed. */
    async function run(
      account: object,
      seed: number,
    ): Promise<[Command[], Map<number, Message>, Map<number, string[]>]> {
      const { simulator, toIt } = await simulated({ definition: plant });
      const field = { productKeyType: "msg", deviceNameType: "msg", serviceType: "msg", iotIdType: "msg" };
      const fields = { productKey: "pk", deviceName: "dn", service: "svc", iotId: "id", ...field };
      const settings = kind === "service" ? {} : { mode: kind };
      const byId = {
        ...lamp,
        ...settings,
        ...fields,
        target: "iotId",
        account: "account",
        wires: [["result"], ["failure"]],
      };
      try {
        const flow = await TestFlow.load({
          ...toIt,
          account: { ...toIt.account, rate: 1_000_000, name: "Plant", ...account },
          nodeType: nodeTypes[kind],
          invoke: { ...fields, ...settings },
          more: [{ id: "by-id", z: "tab", x: 1, y: 1, type: nodeTypes[kind], ...byId }],
        });
        const commands = fc
          .sample(message, { numRuns: perAccount, seed })
          .map((command, n): Command => ({ ...command, n }));
        for (const command of commands) {
          const { n, productKey, deviceName, service, iotId, isById, confirmed } = command;
          const payload = kind === "service" ? { N: n } : itemsOf(command);
          const id = typeof iotId === "string" ? iotId : `${iotId[0]}/${iotId[1]}*`;
          const msg = { n, payload, pk: productKey, dn: deviceName, svc: service, id, confirmed };
          if (isById) helper.getNode("by-id").receive(msg);
          else flow.send(msg);
        }
        await flow.until(() => flow.arrivals.length === perAccount);
        const ended = new Map(flow.arrivals.map(({ msg }) => [(msg as Message & { n: number }).n, msg]));
        const executed = simulator.executions.map(({ productKey, deviceName, service, args }) => {
          const names = kind === "service" ? [service] : Object.keys(args).map((name) => `property:${name}`);
          const lines = names.map((name) => `${productKey}/${deviceName}/${name}`);
          return [Number(Object.values(args)[0]), lines] as const;
        });
        assert.equal(new Set(executed.map(([n]) => n)).size, executed.length, "each at most once");
        return [commands, ended, new Map(executed)];
      } finally {
        await unload();
        await simulator.close();
      }
    }

    it("keep back what is outside them, and nothing that is inside", async () => {
      let sent = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.record({ allow: allowOf(kind), confirm: confirmOf(kind) }),
          fc.integer(),
          async (given, seed) => {
            const [commands, ended, executed] = await run(given, seed);
            for (const command of commands) {
              const { n } = command;
              const names = namesIn(kind, command);
              const identifiers = kind === "service" ? names : names.map((name) => `property:${name}`);
              const decision = decisionOf(kind, given, command, identifiers);
              const { error } = ended.get(n)!;
              const what = `${JSON.stringify(command)}: ${error?.message}`;
              assert.ok(!Object.hasOwn(ended.get(n)!, "confirmed"), what);
              // What is no name at all is refused before anybody asks the rules.
              if (error?.code === "invalid-input") assert.ok(!executed.has(n), what);
              else if (decision === "sent") {
                assert.ok(error?.category !== "permission", what);
                assert.equal(executed.has(n), error === undefined, what);
              } else {
                assert.equal(error?.code, decision, what);
                assert.ok(!executed.has(n), what);
              }
              const device = deviceOf(command);
              if (executed.has(n))
                assert.deepEqual(
                  executed.get(n)!.toSorted(),
                  identifiers.map((identifier) => [...device!, identifier].join("/")).toSorted(),
                );
              else if (decision === "sent" && device && isThere(device, names) && !isTwice(kind, command))
                assert.fail(`not executed: ${what}`);
            }
            sent += executed.size;
          },
        ),
        { numRuns: accounts, endOnFailure: true },
      );
      assert.ok(sent > (accounts * perAccount) / 10, `${sent} were sent`);
    });

    it("keep everything back while one of them cannot be read", async () => {
      await fc.assert(
        fc.asyncProperty(
          allowOf(kind),
          confirmOf(kind),
          bad,
          fc.boolean(),
          fc.integer(),
          async (good, asked, line, isAllow, seed) => {
            const given = isAllow
              ? { allow: `${good}\n${line}`, confirm: asked }
              : { allow: good, confirm: `${asked}\r${line}` };
            const [, ended, executed] = await run(given, seed);
            assert.equal(executed.size, 0);
            for (const { error } of ended.values()) assert.equal(error?.code, "invalid-input");
          },
        ),
        { numRuns: Math.ceil(accounts / 10), endOnFailure: true },
      );
    });
  });

/** The platform refuses text that names a property twice. */
function isTwice(kind: Kind, { spelling }: Command): boolean {
  return kind !== "service" && spelling === "twice";
}

function isThere([productKey, deviceName]: [string, string], names: readonly string[]): boolean {
  if (!productKeys.includes(productKey) || !deviceNames.includes(deviceName)) return false;
  return names.every((name) => services.includes(name));
}
