import { openingLimit, targetTemperature } from "./properties";
import { choice, model, param, property, range, service, type Tsl } from "./tsl";

const percent = (): Tsl => range("float", "0", "100", "0.1", "%");
const date = (): Tsl => ({ type: "date", specs: {} });

const power = property("PowerSwitch", "Power", "rw", true, choice("bool", "Off", "On"));
const brightness = property("Brightness", "Brightness", "rw", false, {
  type: "float",
  specs: { min: "0", max: "100", step: "0.1", unit: "%", unitName: "percent" },
});
const errorCode = property(
  "ErrorCode",
  "Error code",
  "r",
  false,
  choice("enum", "None", "Overheat", "Sensor fault"),
);
const overheat = {
  identifier: "Overheat",
  name: "Overheat alarm",
  type: "alert",
  required: false,
  method: "thing.event.Overheat.post",
  outputData: [param("Temperature", "Temperature", range("double", "-40", "200", "0.01", "°C"))],
};

const fadeTo = service({
  identifier: "FadeTo",
  name: "Fade to level",
  callType: "sync",
  desc: "fade and report the previous level",
  inputs: [
    param("Level", "Level", percent()),
    param("DurationMs", "Duration", range("int", "0", "60000", "1", "ms")),
    param("Curve", "Curve", choice("enum", "linear", "ease-in", "ease-out")),
  ],
  outputs: [param("OldLevel", "Old level", percent()), param("DoneAt", "Done at", date())],
});

const color = [
  param("Red", "Red", range("int", "0", "255", "1")),
  param("Green", "Green", range("int", "0", "255", "1")),
  param("Gamma", "Gamma", range("double", "0", "5", "0.01")),
];
const step = [
  param("At", "At", range("int", "0", "86400", "1", "s")),
  param("Level", "Level", range("float", "0", "100", "0.1")),
];
const loadScenes = service({
  identifier: "LoadScenes",
  name: "Load scenes",
  callType: "async",
  inputs: [
    param("Title", "Title", { type: "text", specs: { length: "64" } }),
    param("Enabled", "Enabled", choice("bool", "No", "Yes")),
    param("ValidFrom", "Valid from", date()),
    param("Color", "Color", { type: "struct", specs: color }),
    param("Levels", "Levels", { type: "array", specs: { size: "8", item: { type: "float" } } }),
    param("Steps", "Steps", { type: "array", specs: { size: "4", item: { type: "struct", specs: step } } }),
  ],
  outputs: [param("Stored", "Stored", range("int", "0", "100", "1"))],
});

const reboot = service({ identifier: "Reboot", name: "Reboot", callType: "async" });

export const lamp = model(
  "a1BwAGV0001",
  [power, brightness, errorCode],
  [overheat],
  [reboot, fadeTo, loadScenes],
  [power],
);

const temperature = range("float", "-40", "80", "0.1", "°C");
const climate = [param("Temperature", "Temperature", temperature), param("Humidity", "Humidity", percent())];

export const roomSensor = model(
  "a1RoomSens01",
  [
    property("Temperature", "Temperature", "r", true, temperature),
    property("Humidity", "Humidity", "r", true, percent()),
    targetTemperature,
  ],
  [],
  [service({ identifier: "Measure", name: "Measure now", callType: "sync", outputs: climate })],
);

export const waterValve = model(
  "a1WaterValv1",
  [property("Opening", "Opening", "r", true, percent()), openingLimit],
  [],
  [
    service({
      identifier: "SetOpening",
      name: "Set the opening",
      callType: "sync",
      desc: "move the valve and report where it stands",
      inputs: [param("Percent", "Opening", percent())],
      outputs: [param("Percent", "Opening", percent()), param("MovedAt", "Moved at", date())],
    }),
    service({
      identifier: "Flush",
      name: "Flush",
      callType: "async",
      desc: "open fully for a while, then close",
      inputs: [param("Seconds", "Duration", range("int", "1", "600", "1", "s"))],
    }),
  ],
);

export const doorSensor = model(
  "a1DoorSens01",
  [property("DoorState", "Door state", "r", true, choice("bool", "Closed", "Open"))],
  [],
  [],
);
