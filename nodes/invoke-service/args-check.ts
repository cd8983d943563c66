import type { Node } from "node-red";
import { Failure, invalidInput, type Text } from "../../lib/base/failure";
import { readable } from "../../lib/base/text";
import type { ServiceCall } from "../../lib/invocation/invoke";
import { type Encoding, encodeArgs } from "../../lib/thing-model/encode";
import { findService, moduleIdOf, type Service, type ThingModel } from "../../lib/thing-model/model";
import { quoted } from "../../lib/thing-model/problem";
import type { UsableAccount } from "../common/account-node";
import { failureText } from "../common/outcome";
import type { Translate } from "../common/texts";

/** What becomes of args that do not fit the thing model. */
export type CheckMode = "error" | "warn" | "off";

/** A call does not wait longer than this for a thing model. */
const longestWaitMs = 2000;
/** Problems named in one sentence. */
const mostNamed = 20;
const mostServices = 10;
const longestName = 200;

/** A call after the check; it has the outputs of its service where there was a model to check against. */
export interface Checked {
  call: ServiceCall;
}

const tooLate = Symbol("too late");

/**
 * Writes the args of each call as the thing model wants them, and checks them. A model that cannot be had never
 * keeps a call from going out: the node warns once, and again when it has been there in between.
 */
export class ArgsCheck {
  private readonly warned = new Set<string>();

  constructor(
    private readonly node: Node,
    private readonly mode: CheckMode,
    private readonly translate: Translate,
  ) {}

  /**
   * The call with its args as they go on the wire, and with the outputs that the model has.
   * @throws Failure `invalid-input` that names the first problems, where the mode is `error`
   */
  apply(account: UsableAccount, call: ServiceCall): Checked | Promise<Checked> {
    if (this.mode === "off") return { call };
    const { productKey } = call.target;
    const kept = productKey === undefined ? undefined : account.models.kept(productKey, moduleOf(call));
    if (!kept || productKey === undefined) return this.applyInTime(account, call);
    this.warned.delete(productKey);
    const fitted = fit(kept, call);
    if (fitted.problem) return this.applyInTime(account, call, { model: kept, fitted });
    return { call: withArgs(call, fitted.args, fitted.service) };
  }

  /** Where there is something to wait for: a model, or a newer one than the args do not fit. */
  private async applyInTime(
    account: UsableAccount,
    call: ServiceCall,
    known?: { model: ThingModel; fitted: Fitted },
  ): Promise<Checked> {
    const until = performance.now() + longestWaitMs;
    const model = known?.model ?? (await this.model(account, call, until));
    if (!model) return { call };
    let { args, service, problem } = known?.fitted ?? fit(model, call);
    if (problem) {
      // The model may have been changed since it was read; if no newer one comes in time, this one counts.
      const newer = await inTime(readModel(account, call, "renew"), until).catch(() => undefined);
      if (newer && newer !== tooLate && newer !== model) ({ args, service, problem } = fit(newer, call));
    }
    if (problem && this.mode === "error") throw problem;
    if (problem) {
      const text: Text = { key: "errors.check-sent", params: { problem: problem.text } };
      this.warnOnce(`${model.productKey ?? nameOf(call)} ${call.service}`, text);
    }
    return { call: withArgs(call, args, service) };
  }

  /** After a refusal that indicates a changed thing model, the model is read again. */
  refused(account: UsableAccount, call: ServiceCall, failure: Failure): void {
    const isOfModel = failure.hint === "hints.args" || failure.hint === "hints.service";
    if (this.mode === "off" || failure.outcome !== "refused" || !isOfModel) return;
    readModel(account, call, "renew").catch(() => undefined);
  }

  /** Waits for a model as long as a call may. */
  private async model(
    account: UsableAccount,
    call: ServiceCall,
    until: number,
  ): Promise<ThingModel | undefined> {
    const target = nameOf(call);
    // A flow that names each of its devices by IotId is not warned for each of them.
    const subject = call.target.productKey ?? "devices by IotId";
    try {
      const model = await inTime(readModel(account, call, "get"), until);
      if (model !== tooLate) {
        if (call.target.productKey !== undefined) this.warned.delete(subject);
        return model;
      }
      this.warnOnce(subject, { key: "errors.check-late", params: { target } });
    } catch (error) {
      const reason = failureText(error, this.translate);
      this.warnOnce(subject, { key: "errors.check-no-model", params: { target, reason } });
    }
    return undefined;
  }

  private warnOnce(about: string, text: Text): void {
    if (this.warned.has(about)) return;
    // A flow that names a device of its own in each message must not fill the memory.
    if (this.warned.size >= 1000) this.warned.clear();
    this.warned.add(about);
    this.node.warn(this.translate(text));
  }
}

/** What a promise brings, or word that it did not bring it in time. */
async function inTime<T>(bringing: Promise<T>, until: number): Promise<T | typeof tooLate> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof tooLate>((resolve) => {
    timer = setTimeout(resolve, until - performance.now(), tooLate);
  });
  try {
    return await Promise.race([bringing, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function readModel(
  { catalog, models }: UsableAccount,
  call: ServiceCall,
  how: "get" | "renew",
): Promise<ThingModel> {
  const { target } = call;
  const productKey = target.productKey ?? (await catalog.productKeyOf(target.iotId));
  return models[how](productKey, moduleOf(call));
}

function moduleOf({ service }: ServiceCall): string {
  return moduleIdOf(service);
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
    isComputed: call.areArgsComputed === true,
    mostProblems: mostNamed,
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
  const sentences = problems.map(({ path, text }): Text => ({
    key: "errors.check-at",
    params: { path, problem: text },
  }));
  if (hasMore) sentences.push({ key: "errors.check-more" });
  const all = sentences.reduceRight((rest, first): Text => ({
    key: "errors.check-and",
    params: { first, rest },
  }));
  return invalidInput({ key: "errors.check-args", params: { service, problems: all } }, "hints.check");
}

function unknownService({ service }: ServiceCall, model: ThingModel): Failure {
  return invalidInput(
    {
      key: "errors.check-service",
      params: { service: readable(service, longestName), known: firstServices(model).join(", ") || "–" },
    },
    "hints.service",
  );
}

/** The names of the first services that people call. */
function firstServices({ modules }: ThingModel): string[] {
  const names: string[] = [];
  for (const { services } of modules) {
    for (const { identifier, generated } of services) {
      if (!generated) names.push(quoted(identifier));
      if (names.length >= mostServices) return names;
    }
  }
  return names;
}

/** As it stands in the flow file; flows from before this property are checked as well. */
export function readCheckMode(value: unknown): CheckMode {
  return value === "warn" || value === "off" ? value : "error";
}
