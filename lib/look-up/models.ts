import { Failure } from "../base/failure";
import { isObject, parseJson } from "../base/json";
import { type Answer, field } from "../cloud/answer";
import { readThingModel, type ThingModel } from "../thing-model/model";
import { ask, type Caller } from "./ask";

interface Entry {
  model: ThingModel | undefined;
  /** Why it could not be read again. */
  failure: unknown;
  /** When it was read, and when it is to be read again, in milliseconds. */
  readAt: number;
  freshUntil: number;
  reading: Promise<void> | undefined;
  /** When it was last used, as a number of requests. */
  used: number;
}

const freshMs = 10 * 60_000;
const freshAfterFailureMs = 60_000;
const maxModels = 200;
/** A flow that is refused again and again does not read the model each time. */
const minAgeMs = 10_000;

/**
 * The thing models of an account's products: concurrent callers share one request, models are
 * cached, and old ones are read again in the background.
 */
export class ThingModels {
  private readonly entries = new Map<string, Entry>();
  private uses = 0;

  constructor(
    private readonly caller: Caller,
    /** A monotonic clock in milliseconds: the machine's clock may be set back by years. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * The thing model that is in force: the published one, else the draft (docs/protocol.md, 6.3).
   * @param moduleId blank for the default module
   * @throws {Failure} if it cannot be read or is invalid; the same one for a minute
   */
  async get(productKey: string, moduleId = ""): Promise<ThingModel> {
    const entry = this.freshened(productKey, moduleId);
    if (!entry.model) await entry.reading;
    if (entry.model) return entry.model;
    throw entry.failure;
  }

  /** The result of `get` if it is cached, else undefined. */
  kept(productKey: string, moduleId = ""): ThingModel | undefined {
    return this.freshened(productKey, moduleId).model;
  }

  /**
   * The custom modules of a product that are known: those that the thing model of the default module names, and those that
   * were asked for by their ids. No operation lists them (docs/protocol.md, 6.3).
   */
  modulesOf(productKey: string): string[] {
    const inModel = this.entries.get(productKey)?.model?.modules.map(({ id }) => id) ?? [];
    const start = `${productKey}\0`;
    const asked = [...this.entries].filter(([key, { model }]) => model && key.startsWith(start));
    const ids = new Set([...inModel, ...asked.map(([key]) => key.slice(start.length))]);
    ids.delete("");
    return [...ids];
  }

  /**
   * Reads the model again, because the cached one may be out of date. Returns the cached one if it is recent, or if
   * reading fails.
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
      // There may be a draft, or permission to read it, if there is none for a published model.
      if (!(error instanceof Failure) || error.outcome !== "refused") throw error;
      return read("GetThingModelTsl").catch(() => Promise.reject(error));
    }
  }

  private entryOf(productKey: string, moduleId: string): Entry {
    // A control character, which cannot occur in either part.
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
  // A part that is invalid, or newer than this reader, does not affect the other services and properties.
  const isOfUse = reading.model.modules.some(
    ({ services, properties }) => services.length > 0 || properties.length > 0,
  );
  if (reading.ok || isOfUse) return named(reading.model, moduleId);
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
