import type { Failure, Text } from "../base/failure";
import { timedOut, withTimeout } from "../base/with-timeout";
import { classify } from "../cloud/error-catalog";
import type { ModelSource } from "./model-source";
import type { Command } from "./operation";

/** What becomes of values that do not fit the thing model. */
export type CheckMode = "error" | "warn" | "off";

/** A command as the model wants it, and what is wrong with it. */
export interface Fitted<C> {
  command: C;
  problem?: Failure | undefined;
}

/** What differs between the kinds of commands that are checked; `M` is what a command has to fit. */
export interface Fitting<C extends Command, M> {
  /** What is loaded, else undefined. Never throws. */
  kept(models: ModelSource, command: C): M | undefined;
  /** @throws {Failure} where it cannot be read */
  get(models: ModelSource, command: C): Promise<M>;
  /** @throws {Failure} where there is none at all */
  renew(models: ModelSource, command: C): Promise<M>;
  fit(model: M, command: C): Fitted<C>;
  /** The product whose model it is, where it says so. */
  productOf(model: M): string | undefined;
  /** What one warning for a product is enough for. */
  subjectOf(command: C): string;
  /** Keys of the warnings: sent though it does not fit, and sent without a model. */
  warnings: { sent: string; late: string; noModel: string };
}

/** A call does not wait longer than this for a thing model. */
const maxWaitMs = 2000;
/** Problems named in one sentence. */
export const maxNamed = 20;

/**
 * Converts what each command sends to the types of the thing model, and checks it. Without a model the command is sent
 * unchecked: the check warns once, and again only after the model was available in between.
 */
export class ModelCheck<C extends Command, M> {
  private readonly warned = new Set<string>();

  constructor(
    private readonly fitting: Fitting<C, M>,
    private readonly mode: CheckMode,
    private readonly warn: (text: Text) => void,
    /** Describes an error for a warning. */
    private readonly describe: (error: unknown) => string,
  ) {}

  /**
   * The command as it goes on the wire, and with what the model knows of it.
   * @throws {Failure} `invalid-input` that names the first problems, where the mode is `error`
   */
  apply(models: ModelSource, command: C): C | Promise<C> {
    if (this.mode === "off") return command;
    const kept = this.fitting.kept(models, command);
    if (kept === undefined) return this.applyInTime(models, command);
    if (command.target.productKey !== undefined) this.warned.delete(command.target.productKey);
    const fitted = this.fitting.fit(kept, command);
    if (fitted.problem) return this.applyInTime(models, command, { model: kept, fitted });
    return fitted.command;
  }

  /** Waits for a model, or for a newer one if the command does not fit the one at hand. */
  private async applyInTime(
    models: ModelSource,
    command: C,
    known?: { model: M; fitted: Fitted<C> },
  ): Promise<C> {
    const { fitting } = this;
    const until = performance.now() + maxWaitMs;
    const model = known?.model ?? (await this.model(models, command, until));
    if (model === undefined) return command;
    let fitted = known?.fitted ?? fitting.fit(model, command);
    if (fitted.problem) {
      // The model may have been changed since it was read; if no newer one comes in time, this one counts.
      const renewed = fitting.renew(models, command);
      const newer = await withTimeout(renewed, until - performance.now()).catch(() => undefined);
      if (newer !== undefined && newer !== timedOut && newer !== model) fitted = fitting.fit(newer, command);
    }
    const { problem } = fitted;
    if (problem && this.mode === "error") throw problem;
    if (problem) {
      const text: Text = { key: fitting.warnings.sent, params: { problem: problem.text } };
      this.warnOnce(`${fitting.productOf(model) ?? nameOf(command)} ${fitting.subjectOf(command)}`, text);
    }
    return fitted.command;
  }

  /** After a refusal that a changed model may have caused, the model is read anew. */
  refused(models: ModelSource, command: C, { outcome, code }: Failure): void {
    if (this.mode === "off" || outcome !== "refused" || !classify(code).blamesThingModel) return;
    this.fitting.renew(models, command).catch(() => undefined);
  }

  /** Waits for a model as long as a call may. */
  private async model(models: ModelSource, command: C, until: number): Promise<M | undefined> {
    const { fitting } = this;
    const { productKey } = command.target;
    const target = nameOf(command);
    // A flow that names each of its devices by IotId is not warned for each of them.
    const subject = productKey ?? "devices by IotId";
    try {
      const model = await withTimeout(fitting.get(models, command), until - performance.now());
      if (model !== timedOut) {
        if (productKey !== undefined) this.warned.delete(subject);
        return model;
      }
      this.warnOnce(subject, { key: fitting.warnings.late, params: { target } });
    } catch (error) {
      const reason = this.describe(error);
      this.warnOnce(subject, { key: fitting.warnings.noModel, params: { target, reason } });
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

/** What the model of a command is known by. */
function nameOf({ target: { productKey, iotId } }: Command): string {
  return productKey ?? iotId ?? "";
}

/** Reads the mode from a flow file; any other value counts as `error`. */
export function readCheckMode(value: unknown): CheckMode {
  return value === "warn" || value === "off" ? value : "error";
}
