import { setMember } from "../../lib/base/json";
import type { Target } from "../../lib/invocation/inputs";
import { LookUpLine } from "../../lib/look-up/look-up-line";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import { latestDate } from "../../lib/thing-model/date-text";
import { propertySetOf } from "../../lib/thing-model/property-set";
import type { Subject } from "../../lib/waiting/value-path";
import type { UsableAccount } from "../common/account-node";

/** What can be asked of the platform. */
type Present = Pick<UsableAccount, "present" | "reads" | "models">;

/** Reads at a time: as many as look-ups have connections. */
const maxReads = 4;
/** How long a read of a state may take; after that, the message only listens. */
const readTimeoutMs = 10_000;

interface QueuedRead {
  /** One for each message that waits for it: whether that wait is over. */
  isOver: (() => boolean)[];
  answer: Promise<DeviceMessage | undefined>;
}

/**
 * Reads the present value, in the shape of a message that the device would have sent. Reads take their turn: messages that
 * ask for the same before its turn share a read, and one that no message waits for any more is left out.
 */
export class FirstReads {
  private readonly line = new LookUpLine(maxReads);
  /** Reads that have not begun. */
  private readonly queued = new Map<string, QueuedRead>();

  /**
   * @returns undefined where there is no value yet
   * @throws {Failure} as a rejection, where it cannot be read
   */
  read(
    account: Present,
    device: Target,
    { kind, name }: Subject,
    isOver: () => boolean,
  ): Promise<DeviceMessage | undefined> {
    const { iotId, productKey, deviceName } = device;
    const key = JSON.stringify([iotId, productKey, deviceName, kind, name]);
    const queued = this.queued.get(key);
    if (queued) {
      queued.isOver.push(isOver);
      return queued.answer;
    }
    const read: QueuedRead = { isOver: [isOver], answer: Promise.resolve(undefined) };
    this.queued.set(key, read);
    const leave = (): void => {
      if (this.queued.get(key) === read) this.queued.delete(key);
    };
    const reading = this.line.run(async () => {
      leave();
      if (read.isOver.every((isThisOver) => isThisOver())) return undefined;
      return kind === "state" ? readState(account, device) : readProperties(account, device, name);
    });
    // Where the platform is silent, the line fails those who wait, whose turn then never comes.
    read.answer = reading.finally(leave);
    return read.answer;
  }
}

async function readProperties(
  { present, models }: Present,
  device: Target,
  name: string,
): Promise<DeviceMessage | undefined> {
  const found = await present.read(device, name === "" ? await allNames(models, device) : [name]);
  if (found.size === 0) return undefined;
  const items: Record<string, { value: unknown; time?: number }> = {};
  for (const [identifier, { value, time }] of found) {
    setMember(items, identifier, time === undefined ? { value } : { value, time });
  }
  return firstMessage("property", device, { items });
}

/** The properties of the default module, and of the others that are known. */
async function allNames(models: Present["models"], device: Target): Promise<string[]> {
  const model = await models.get(device, "");
  const named = model.modules.map(({ id }) => id);
  const others = (models.modulesOf?.(device) ?? []).filter((id) => !named.includes(id));
  const known = await Promise.allSettled(
    others.map(async (moduleId) => ({ model: await models.get(device, `${moduleId}:`), moduleId })),
  );
  const modules = known.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const all = [...new Set(["", ...named])].map((moduleId) => ({ model, moduleId }));
  return [...propertySetOf([...all, ...modules]).all.keys()];
}

async function readState({ reads }: Present, device: Target): Promise<DeviceMessage | undefined> {
  const stats = { attempts: 0, queuedMs: 0, durationMs: 0 };
  const { status, time } = await reads.state(device, { stats, timeout: readTimeoutMs });
  const utcTime = time === undefined || time > latestDate ? {} : { utcTime: new Date(time).toISOString() };
  return firstMessage("status", device, { status, ...utcTime });
}

function firstMessage(
  kind: "property" | "status",
  { iotId, productKey, deviceName }: Target,
  content: object,
): DeviceMessage {
  const named = { iotId, productKey, deviceName };
  const known = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  const payload = { ...known, ...content, firstRead: true };
  return { kind, topic: "", ...known, messageId: "", payload, format: "json" };
}
