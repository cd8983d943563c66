import type { Node, NodeAPI, NodeMessageInFlow } from "node-red";
import type { Failure } from "../../lib/base/failure";
import { type Args, readArgs } from "../../lib/invocation/args";
import { type Form, readForm } from "../../lib/invocation/form";
import { fieldName, readService, type Target } from "../../lib/invocation/inputs";
import type { ServiceCall } from "../../lib/invocation/service-call";
import { after, CommandFields, TargetFields } from "../common/command-fields";
import { evaluateForm } from "../common/form-field";
import type { InvokeSettings } from "../defaults/invoke-service";

/** Whether a node holds each message until the device has replied. */
export function isReplyAwaited({ awaitReply }: InvokeSettings): boolean {
  return awaitReply === true || awaitReply === "true";
}

/** The fields of the dialog that name the call. */
export class CallFields {
  private readonly target: TargetFields;
  private readonly fields: CommandFields<"service" | "args">;
  /** The parameter form, or what is wrong with it; undefined where the args come as a whole. */
  private readonly form: Form | Failure | undefined;
  private readonly isServiceFixed: boolean;
  /** The service, once it was read, where it is the same for every message. */
  private fixedService: string | undefined;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    config: InvokeSettings,
  ) {
    this.form = config.argsType === "form" ? readForm(config.args, fieldName("args")) : undefined;
    this.target = new TargetFields(RED, node, config);
    this.fields = new CommandFields(RED, node, config, ["service", "args"]);
    this.isServiceFixed = this.fields.areFixed("service");
  }

  /**
   * The call that a message asks for; a promise where an expression takes its time. The fields are read in turn, and
   * what is wrong with one keeps the next from being evaluated.
   * @throws {Failure} `invalid-input`, also as a rejection
   */
  read(msg: NodeMessageInFlow): ServiceCall | Promise<ServiceCall> {
    const target = this.target.read(msg);
    return target instanceof Promise
      ? target.then((read) => this.readCall(read, msg))
      : this.readCall(target, msg);
  }

  private readCall(target: Target, msg: NodeMessageInFlow): ServiceCall | Promise<ServiceCall> {
    if (this.fixedService !== undefined) return this.readWhole(target, this.fixedService, msg);
    return after(this.fields.read("service", msg), (given) => {
      const service = readService(given);
      if (this.isServiceFixed) this.fixedService = service;
      return this.readWhole(target, service, msg);
    });
  }

  private readWhole(
    target: Target,
    service: string,
    msg: NodeMessageInFlow,
  ): ServiceCall | Promise<ServiceCall> {
    const { form, fields } = this;
    if (form) {
      return after(evaluateForm(this.RED, this.node, form, msg), (written) =>
        callOf(target, service, written),
      );
    }
    const input = fields.read("args", msg);
    if (input instanceof Promise) return input.then((read) => callOf(target, service, readArgs(read)));
    return callOf(target, service, readArgs(input));
  }
}

function callOf(target: Target, service: string, { text, isComputed }: Args): ServiceCall {
  return { target, service, args: text, areArgsComputed: isComputed };
}
