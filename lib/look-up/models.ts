import { Failure } from "../base/failure";
import { isObject, parseJson } from "../base/json";
import { type Answer, field } from "../cloud/answer";
import { readThingModel, type ThingModel } from "../thing-model/model";
import { ask, type Caller } from "./ask";

interface Entry {
  model: ThingModel | undefined;
  /** Why there is no newer one. */
  failure: unknown;
  /** When it was last read, and when it is to be read again, in milliseconds. */
  readAt: number;
  freshUntil: number;
  reading: Promise<void> | undefined;
  /** When it was last asked for, counted in questions. */
  used: number;
}

const freshMs = 10 * 60_000;
const freshAfterFailureMs = 60_000;
const maxModels = 200;
/** A flow that is refused again and again does not read the model each time. */
const minAgeMs = 10_000;

/**
 * The thing models of an account's products: read once for everybody who asks at the same time, kept, and read
 * anew in the background when they are old.
 */
export class ThingModels {
  private readonly entries = new Map<string, Entry>();
  private uses = 0;

  constructor(
    private readonly caller: Caller,
    /** Milliseconds that only ever run on: the machine's clock may be set back by years. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * The thing model that is in force: the published one, else the draft (docs/protocol.md, 6.3).
   * @param moduleId blank for the default module
   * @throws {Failure} where it cannot be read, or is none; the same one for a minute
   */
  async get(productKey: string, moduleId = ""): Promise<ThingModel> {
    const entry = this.freshened(productKey, moduleId);
    if (!entry.model) await entry.reading;
    if (entry.model) return entry.model;
    throw entry.failure;
  }

  /** What `get` would answer without waiting; undefined where it would wait. */
  kept(productKey: string, moduleId = ""): ThingModel | undefined {
    return this.freshened(productKey, moduleId).model;
  }

  /**
   * The model read anew, because something speaks against the one that is kept; that one, where it is young or no
   * newer can be had.
   * @throws {Failure} where there is none at all
   */
  async renew(productKey: string, moduleId = ""): Promise<ThingModel> {
    const entry = this.entryOf(productKey, moduleId);
    if (this.now() - entry.readAt >= minAgeMs) entry.reading ??= this.read(entry, productKey, moduleId);
    await entry.reading;
    return this.get(productKey, moduleId);
  }

  private freshened(productKey: string, moduleId: string): Entry {
    const entry = this.entryOf(productKey, moduleId);
    if (!entry.reading && this.now() >= entry.freshUntil) {
      entry.reading = this.read(entry, productKey, moduleId);
    }
    return entry;
  }

  /** Never rejects. */
  private async read(entry: Entry, productKey: string, moduleId: string): Promise<void> {
    try {
      entry.model = await this.load(productKey, moduleId);
      entry.readAt = this.now();
      entry.freshUntil = entry.readAt + freshMs;
    } catch (error) {
      entry.failure = error;
      entry.readAt = this.now();
      entry.freshUntil = entry.readAt + freshAfterFailureMs;
    }
    entry.reading = undefined;
  }

  private async load(productKey: string, moduleId: string): Promise<ThingModel> {
    const parameters = { ProductKey: productKey, FunctionBlockId: moduleId || undefined };
    const read = async (operation: string): Promise<ThingModel> =>
      modelOf(await ask(this.caller, operation, parameters), moduleId);
    try {
      return await read("GetThingModelTslPublished");
    } catch (error) {
      // A draft may be there, or allowed, where the published one is not.
      if (!(error instanceof Failure) || error.outcome !== "refused") throw error;
      return read("GetThingModelTsl").catch(() => Promise.reject(error));
    }
  }

  private entryOf(productKey: string, moduleId: string): Entry {
    // No field of a call takes a control character.
    const key = moduleId === "" ? productKey : `${productKey}\0${moduleId}`;
    let entry = this.entries.get(key);
    if (!entry) {
      const never = Number.NEGATIVE_INFINITY;
      entry = {
        model: undefined,
        failure: undefined,
        readAt: never,
        freshUntil: never,
        reading: undefined,
        used: 0,
      };
      if (this.entries.size >= maxModels) this.forgetOldest();
      this.entries.set(key, entry);
    }
    entry.used = ++this.uses;
    return entry;
  }

  private forgetOldest(): void {
    const [[key]] = [...this.entries].sort(([, one], [, other]) => one.used - other.used) as [
      [string, Entry],
    ];
    this.entries.delete(key);
  }
}

function modelOf({ body }: Answer, moduleId: string): ThingModel {
  const data = field(body, "Data");
  const source = isObject(data) ? field(data, "TslStr") : undefined;
  const reading = readThingModel(typeof source === "string" ? parsed(source) : undefined);
  // One part that cannot be read, or is newer than this reader, does not take away the services beside it.
  const hasServices = reading.model.modules.some(({ services }) => services.length > 0);
  if (reading.ok || hasServices) return named(reading.model, moduleId);
  const { path, message } = reading.problems[0]!;
  throw new Failure({
    code: "invalid-response",
    category: "platform",
    outcome: "refused",
    retryable: false,
    text: { key: "errors.thing-model", params: { reason: `${path}: ${message}`.slice(0, 200) } },
    hint: "hints.thing-model",
  });
}

/** A module that was asked for by its id need not repeat it. */
function named(model: ThingModel, moduleId: string): ThingModel {
  const [module, ...others] = model.modules;
  if (moduleId === "" || !module || module.id !== "" || others.length > 0) return model;
  return { ...model, modules: [{ ...module, id: moduleId }] };
}

function parsed(source: string): unknown {
  try {
    return parseJson(source);
  } catch {
    return undefined;
  }
}
