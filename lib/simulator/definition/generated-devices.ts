import { Value } from "./checks";
import type { ReadDevice } from "./definition";
import { type DeviceContext, readDevice } from "./device-reader";
import { mulberry32 } from "./random";

const maxDevices = 1_000_000;
/** The number in a name or a nickname. */
const digits = /#+/;

interface Kind {
  device: ReadDevice;
  /** Of all devices, from 0 to 1. */
  share: number;
}

/**
 * Makes the devices of one entry of `generatedDevices`. They share everything but their names.
 * @throws {SimulatorInputError} with the path of what is wrong
 */
export function generateDevices(value: Value, context: DeviceContext, seed: number): ReadDevice[] {
  const { count: _count, namePattern: _pattern, variants: _variants, ...common } = value.object();
  refuseNames(value);
  const count = value.child("count").integer(1, maxDevices);
  const pattern = readPattern(value.child("namePattern"));
  const read = (more: object, path: string): ReadDevice => {
    const raw = { ...common, ...more, deviceName: pattern };
    return { ...readDevice(new Value(raw, path, value.source), context), path };
  };
  const usual = read({}, value.path);
  const kinds = value
    .child("variants")
    .list()
    .map((variant): Kind => {
      const { share: _share, ...changes } = variant.object();
      refuseNames(variant);
      const share = variant.child("share").number(0, 1);
      return { device: read(changes, variant.path), share };
    });
  // Shares such as 0.1 add up to a little more than they should.
  if (kinds.reduce((sum, { share }) => sum + share, 0) > 1 + 1e-9)
    value.child("variants").fail("their shares are more than 1 together");
  return shuffled(kinds, usual, count, seed).map((device, at) => {
    const number = String(at + 1);
    const deviceName = numbered(pattern, number);
    return device.nickname === undefined
      ? { ...device, deviceName }
      : { ...device, deviceName, nickname: numbered(device.nickname, number) };
  });
}

/** `lamp-00042` for `lamp-#####`. */
function numbered(pattern: string, number: string): string {
  return pattern.replace(digits, (run) => number.padStart(run.length, "0"));
}

/** So many of each kind, and the usual ones, in an order that the seed determines. */
function shuffled(kinds: readonly Kind[], usual: ReadDevice, count: number, seed: number): ReadDevice[] {
  const devices = Array.from({ length: count }, () => usual);
  if (kinds.length === 0) return devices;
  // Rounded where one kind ends and the next begins, so that all together are no more than there are.
  let [sum, start] = [0, 0];
  for (const { device, share } of kinds) {
    sum += share;
    const end = Math.round(sum * count);
    devices.fill(device, start, end);
    start = end;
  }
  const random = mulberry32(seed);
  for (let at = count - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [devices[at], devices[other]] = [devices[other]!, devices[at]!];
  }
  return devices;
}

function readPattern(value: Value): string {
  const pattern = value.name();
  if (/^[^#]*#+[^#]*$/.test(pattern)) return pattern;
  return value.fail("expected one run of # for the number, such as lamp-####");
}

function refuseNames(value: Value): void {
  for (const key of ["deviceName", "iotId"]) {
    const field = value.child(key);
    if (!field.missing) field.fail("unknown key here: namePattern names these devices");
  }
}
