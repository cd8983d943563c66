import { field, isObject } from "../cloud/answer";
import { Failure } from "../cloud/failure";
import { readThingModel, type ThingModel } from "../thing-model/model";
import { ask, type Caller } from "./ask";

interface Entry {
  model: ThingModel | undefined;
  /** Why there is no newer one. */
  failure: unknown;
  /** When it was read, and when it is to be read again, in milliseconds. */
  readAt: number;
  freshUntil: number;
  reading: Promise<void> | undefined;
}

const freshMs = 10 * 60_000;
const freshAfterFailureMs = 60_000;
const mostModels = 200;
/** A flow that is refused again and again does not read the model each time. */
const leastAgeMs = 10_000;

/**
 * The thing models of an account's products: read once for everybody who asks at the same time, kept, and read
 * anew in the background when they are old.
 */
export class ThingModels {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly caller: Caller,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * The thing model that is in force: the published one, else the draft (reference, 6.3).
   * @param moduleId blank for the default module
   * @throws Failure where it cannot be read, or is none; the same one for a minute
   */
  async get(productKey: string, moduleId = ""): Promise<ThingModel> {
    const entry = this.entryOf(`${productKey}:${moduleId}`);
    if (!entry.reading && this.now() >= entry.freshUntil) {
      entry.reading = this.read(entry, productKey, moduleId);
    }
    if (!entry.model) await entry.reading;
    if (entry.model) return entry.model;
    throw entry.failure;
  }

  /** The platform refused something that the model allows, or the other way round: it is read anew. */
  forget(productKey: string): void {
    for (const [key, entry] of this.entries) {
      if (!key.startsWith(`${productKey}:`) || this.now() - entry.readAt < leastAgeMs) continue;
      entry.model = undefined;
      entry.freshUntil = Number.NEGATIVE_INFINITY;
    }
  }

  /** Never rejects. */
  private async read(entry: Entry, productKey: string, moduleId: string): Promise<void> {
    try {
      entry.model = await this.load(productKey, moduleId);
      entry.readAt = this.now();
      entry.freshUntil = entry.readAt + freshMs;
    } catch (error) {
      entry.failure = error;
      entry.freshUntil = this.now() + freshAfterFailureMs;
    }
    entry.reading = undefined;
  }

  private async load(productKey: string, moduleId: string): Promise<ThingModel> {
    const parameters = { ProductKey: productKey, FunctionBlockId: moduleId || undefined };
    const published = ask(this.caller, "GetThingModelTslPublished", parameters).then(modelOf);
    try {
      return await published;
    } catch (error) {
      // A draft may be there, or allowed, where the published one is not.
      if (!(error instanceof Failure) || error.outcome !== "refused") throw error;
      const draft = ask(this.caller, "GetThingModelTsl", parameters).then(modelOf);
      return draft.catch(() => Promise.reject(error));
    }
  }

  private entryOf(key: string): Entry {
    const found = this.entries.get(key);
    const never = Number.NEGATIVE_INFINITY;
    const entry: Entry = found ?? {
      model: undefined,
      failure: undefined,
      readAt: never,
      freshUntil: never,
      reading: undefined,
    };
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size > mostModels) this.entries.delete(this.entries.keys().next().value!);
    return entry;
  }
}

function modelOf({ body }: { body: Record<string, unknown> }): ThingModel {
  const data = field(body, "Data");
  const source = isObject(data) ? field(data, "TslStr") : undefined;
  const reading = readThingModel(typeof source === "string" ? parsed(source) : undefined);
  if (reading.ok) return reading.model;
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

function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
