import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { Failure } from "../../lib/base/failure";
import { readThingModel } from "../../lib/thing-model/model";
import { FirstReads } from "../../nodes/wait-until/first-reads";

type Account = Parameters<FirstReads["read"]>[0];

describe("the first reads of waits", () => {
  const temperature = { kind: "property", name: "Temperature", path: [] } as const;
  const isWanted = (): boolean => false;

  it("ask again for a device that was left out while the platform was silent", async () => {
    let isSilent = true;
    let asked = 0;
    const present = {
      read: async () => {
        asked++;
        await turn();
        if (isSilent) throw silence();
        return new Map([["Temperature", { value: 21, time: 1 }]]);
      },
    };
    const account = { present } as unknown as Account;
    const reads = new FirstReads();
    const read = (deviceName: string): ReturnType<FirstReads["read"]> =>
      reads.read(account, { productKey: "a1", deviceName }, temperature, isWanted);
    const devices = ["one", "two", "three", "four", "five", "six"];
    const failed = await Promise.allSettled(devices.map(read));
    assert.ok(failed.every(({ status }) => status === "rejected"));
    assert.equal(asked, 4, "the others fail with those that were asked for");
    isSilent = false;
    const found = await Promise.all(devices.map(read));
    assert.ok(found.every((message) => JSON.stringify(message?.payload).includes("21")));
    assert.equal(asked, 10);
  });

  it("ask for the properties of every module that is known, where any property will do", async () => {
    const moduleOf = (id: string) => {
      const dataType = { type: "int", specs: {} };
      const properties = [{ identifier: "Speed", name: "", accessMode: "rw", dataType }];
      return { functionBlockId: id, properties, events: [], services: [] };
    };
    const models = {
      get: async (_device: unknown, name: string) => {
        if (name === "gone:") throw silence();
        return readThingModel(name === "" ? [moduleOf(""), moduleOf("fan")] : moduleOf("lamp")).model;
      },
      modulesOf: () => ["fan", "lamp", "gone"],
    };
    let asked: readonly string[] = [];
    const read = async (_device: unknown, names: readonly string[]) => {
      asked = names;
      return new Map(names.map((name) => [name, { value: 1, time: 1 }]));
    };
    const account = { present: { read }, models } as unknown as Account;
    const any = { kind: "property", name: "", path: [] } as const;
    const message = await new FirstReads().read(account, { iotId: "x" }, any, isWanted);
    assert.deepEqual(asked, ["Speed", "fan:Speed", "lamp:Speed"]);
    const { items } = message!.payload as { items: object };
    assert.deepEqual(Object.keys(items), ["Speed", "fan:Speed", "lamp:Speed"]);
  });

  it("take the state of a device whatever time it comes with", async () => {
    const state = async (): Promise<object> => ({ status: "online", time: Number.MAX_SAFE_INTEGER });
    const account = { reads: { state } } as unknown as Account;
    const message = await new FirstReads().read(
      account,
      { iotId: "x" },
      { kind: "state", name: "", path: [] },
      isWanted,
    );
    assert.deepEqual(message?.payload, { iotId: "x", status: "online", firstRead: true });
  });
});

function silence(): Failure {
  const text = { key: "errors.timeout-sent" };
  return new Failure({ code: "timeout", category: "timeout", outcome: "unknown", retryable: true, text });
}
