import { type Failure, invalidInput, type Text } from "../base/failure";
import { readable } from "../base/text";
import { timedOut, withTimeout } from "../base/with-timeout";
import { classify } from "../cloud/error-catalog";
import { encodeArgs, type Encoding } from "../thing-model/encode";
import { findService, type Service, type ThingModel } from "../thing-model/model";
import { quoted } from "../thing-model/problem";
import type { ModelSource } from "./model-source";
import { problemList } from "./problem-list";
import type { ServiceCall } from "./service-call";

/** What becomes of args that do not fit the thing model. */
export type CheckMode = "error" | "warn" | "off";

/** A call does not wait longer than this for a thing model. */
const maxWaitMs = 2000;
/** Problems named in one sentence. */
const maxNamed = 20;
const maxServices = 10;
const maxNameLength = 200;

/**
 * Converts the args of each call to the types of the thing model, and checks them. Without a model the call is sent
 * unchecked: the check warns once, and again only after the model was available in between.
 */
export class ArgsCheck {
  private readonly warned = new Set<string>();

  constructor(
    private readonly mode: CheckMode,
    private readonly warn: (text: Text) => void,
    /** Describes an error for a warning. */
    private readonly describe: (error: unknown) => string,
  ) {}

  /**
   * The call with its args as they go on the wire, and with the outputs that the model has.
   * @throws {Failure} `invalid-input` that names the first problems, where the mode is `error`
   */
  apply(models: ModelSource, call: ServiceCall): ServiceCall | Promise<ServiceCall> {
    if (this.mode === "off") return call;
    const kept = models.kept(call.target, call.service);
    if (!kept) return this.applyInTime(models, call);
    if (call.target.productKey !== undefined) this.warned.delete(call.target.productKey);
    const fitted = fit(kept, call);
    if (fitted.problem) return this.applyInTime(models, call, { model: kept, fitted });
    return withArgs(call, fitted.args, fitted.service);
  }

  /** Waits for a model, or for a newer one if the args do not fit the one at hand. */
  private async applyInTime(
    models: ModelSource,
    call: ServiceCall,
    known?: { model: ThingModel; fitted: Fitted },
  ): Promise<ServiceCall> {
    const until = performance.now() + maxWaitMs;
    const model = known?.model ?? (await this.model(models, call, until));
    if (!model) return call;
    let { args, service, problem } = known?.fitted ?? fit(model, call);
    if (problem) {
      // The model may have been changed since it was read; if no newer one comes in time, this one counts.
      const renewed = models.renew(call.target, call.service);
      const newer = await withTimeout(renewed, until - performance.now()).catch(() => undefined);
      if (newer && newer !== timedOut && newer !== model) ({ args, service, problem } = fit(newer, call));
    }
    if (problem && this.mode === "error") throw problem;
    if (problem) {
      const text: Text = { key: "errors.check-sent", params: { problem: problem.text } };
      this.warnOnce(`${model.productKey ?? nameOf(call)} ${call.service}`, text);
    }
    return withArgs(call, args, service);
  }

  /** After a refusal that a changed model may have caused, the model is read anew. */
  refused(models: ModelSource, { target, service }: ServiceCall, { outcome, code }: Failure): void {
    if (this.mode === "off" || outcome !== "refused" || !classify(code).blamesThingModel) return;
    models.renew(target, service).catch(() => undefined);
  }

  /** Waits for a model as long as a call may. */
  private async model(
    models: ModelSource,
    call: ServiceCall,
    until: number,
  ): Promise<ThingModel | undefined> {
    const target = nameOf(call);
    // A flow that names each of its devices by IotId is not warned for each of them.
    const subject = call.target.productKey ?? "devices by IotId";
    try {
      const model = await withTimeout(models.get(call.target, call.service), until - performance.now());
      if (model !== timedOut) {
        if (call.target.productKey !== undefined) this.warned.delete(subject);
        return model;
      }
      this.warnOnce(subject, { key: "errors.check-late", params: { target } });
    } catch (error) {
      const reason = this.describe(error);
      this.warnOnce(subject, { key: "errors.check-no-model", params: { target, reason } });
    }
    return undefined;
  }

  private warnOnce(about: string, text: Text): void {
    if (this.warned.has(about)) return;
    // A flow that names a device of its own in each message must not fill the memory.
    if (this.warned.size >= 1000) this.warned.clear();
    this.warned.add(about);
    this.warn(text);
  }
}

interface Fitted {
  args: string;
  service?: Service;
  problem?: Failure;
}

/** The args as the model wants them, and what is wrong with them. */
function fit(model: ThingModel, call: ServiceCall): Fitted {
  const service = findService(model, call.service);
  if (!service) return { args: call.args, problem: unknownService(call, model) };
  if (service.generated || service.isUnchecked) return { args: call.args, service };
  const encoding = encodeArgs(service.inputs, call.args, {
    isComputed: call.areArgsComputed ?? false,
    maxProblems: maxNamed,
  });
  const args = encoding.text;
  return encoding.problems.length === 0
    ? { args, service }
    : { args, service, problem: misfit(call, encoding) };
}

/** Written out, because spreads of objects are slow where every message comes by. */
function withArgs(
  { target, service, areArgsComputed }: ServiceCall,
  args: string,
  known: Service | undefined,
): ServiceCall {
  return { target, service, args, areArgsComputed, outputs: known?.outputs };
}

function nameOf({ target: { productKey, iotId } }: ServiceCall): string {
  return productKey ?? iotId ?? "";
}

function misfit({ service }: ServiceCall, { problems, hasMore }: Encoding): Failure {
  const texts = problems.map(({ path, text }): Text => ({
    key: "errors.check-at",
    params: { path, problem: text },
  }));
  const all = problemList(texts, hasMore === true);
  return invalidInput({ key: "errors.check-args", params: { service, problems: all } }, "hints.check");
}

function unknownService({ service }: ServiceCall, model: ThingModel): Failure {
  return invalidInput(
    {
      key: "errors.check-service",
      params: { service: readable(service, maxNameLength), known: firstServices(model).join(", ") || "–" },
    },
    "hints.service",
  );
}

/** The first services, without the generated ones. */
function firstServices({ modules }: ThingModel): string[] {
  const names: string[] = [];
  for (const { services } of modules) {
    for (const { identifier, generated } of services) {
      if (!generated) names.push(quoted(identifier));
      if (names.length >= maxServices) return names;
    }
  }
  return names;
}

/** Reads the mode from a flow file; any other value counts as `error`. */
export function readCheckMode(value: unknown): CheckMode {
  return value === "warn" || value === "off" ? value : "error";
}
