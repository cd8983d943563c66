const assert = require("node:assert/strict");
const { once } = require("node:events");
const { after, afterEach, before, beforeEach, test } = require("node:test");
const { loadFlows, startPlant, unloadFlows } = require("../plant");

let plant;
let node;

before(async () => {
  plant = await startPlant();
});

beforeEach(async () => {
  await plant.reset();
  node = await loadFlows(plant);
});

afterEach(unloadFlows);
after(() => plant?.stop());

/** What a node of the flow gets next. */
const next = async (name) => (await once(node(name), "input"))[0];

test("a warm room opens the valve", async () => {
  const moved = next("valve moved");
  await plant.report("a1RoomSens01/room01", { Temperature: 25 });
  assert.equal((await moved).payload.Percent, 70);
  const [execution] = await plant.executions();
  assert.equal(execution.deviceName, "valve01");
  assert.equal(execution.service, "SetOpening");
});

test("a small change of the temperature does not move the valve", async () => {
  const moved = next("valve moved");
  await plant.report("a1RoomSens01/room01", { Temperature: 20 });
  await moved;
  await plant.report("a1RoomSens01/room01", { Temperature: 20.2 });
  // The next one that moves it shows that the one before did not.
  const again = next("valve moved");
  await plant.report("a1RoomSens01/room01", { Temperature: 23 });
  assert.equal((await again).payload.Percent, 50);
  assert.equal((await plant.executions()).length, 2);
});

test("an answer that got lost is a failure whose outcome is unknown", async () => {
  await plant.fail({ action: "InvokeThingService", fault: "drop-after", times: 1 });
  const failed = next("failure");
  await plant.report("a1RoomSens01/room01", { Temperature: 25 });
  assert.equal((await failed).error.outcome, "unknown");
  // The valve has moved nevertheless, which is why nothing is repeated blindly.
  assert.equal((await plant.executions()).length, 1);
});
