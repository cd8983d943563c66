import assert from "node:assert/strict";
import { Failure } from "../../lib/cloud/failure";
import { ThingModels } from "../../lib/look-up/models";
import { findService } from "../../lib/thing-model/model";

function modelsOf(tsl: unknown): ThingModels {
  const body = { Data: { TslStr: JSON.stringify(tsl) } };
  return new ThingModels({ call: async () => ({ requestId: undefined, body }) });
}

describe("a thing model of the platform", () => {
  it("with a part that nobody can read still has its other services", async () => {
    const inputData = [
      { identifier: "Place", dataType: { type: "vector3" } },
      { identifier: "Level", dataType: { type: "float" } },
    ];
    const models = modelsOf({
      services: [{ identifier: "Move", callType: "sync", inputData }, { callType: "sync" }],
    });
    const move = findService(await models.get("a1"), "Move");
    assert.deepEqual(
      move?.inputs.map(({ identifier, isUnchecked = false }) => [identifier, isUnchecked]),
      [
        ["Place", true],
        ["Level", false],
      ],
    );
  });

  it("is refused where nothing of it can be read", async () => {
    for (const tsl of [null, {}, [], { services: [{}] }]) {
      await assert.rejects(
        modelsOf(tsl).get("a1"),
        (error) => error instanceof Failure && error.hint === "hints.thing-model",
      );
    }
  });
});
