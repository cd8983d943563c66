import type { Node, NodeAPI, NodeMessageInFlow } from "node-red";
import { readArgs } from "../../lib/invocation/args";
import { fieldName, type Input, readService, readTarget } from "../../lib/invocation/inputs";
import type { ServiceCall } from "../../lib/invocation/invoke";
import { evaluateField, type TypedField } from "./fields";

type TextField = "productKey" | "deviceName" | "iotId" | "service" | "args";

/** The fields of the dialog that name the call, as they stand in the flow file. */
export type FieldConfig = { target?: unknown } & { [Name in TextField | `${TextField}Type`]?: unknown };

/** The fields of the dialog that name the call. */
export class CallFields {
  /** In the order in which they are read: the device's one or two, the service, the args. */
  private readonly fields: readonly TypedField[];

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    config: FieldConfig,
  ) {
    const typed = (name: TextField): TypedField => ({
      value: config[name],
      type: config[`${name}Type`],
      name: fieldName(name),
    });
    const device = config.target === "iotId" ? [typed("iotId")] : [typed("productKey"), typed("deviceName")];
    // A flow from before `args` had a type means the payload.
    const payload: TypedField = { value: "payload", type: "msg", name: fieldName("args") };
    this.fields = [...device, typed("service"), config.argsType === undefined ? payload : typed("args")];
  }

  /**
   * The call that a message asks for; a promise where an expression takes its time.
   * @throws Failure `invalid-input`, also as a rejection
   */
  read(msg: NodeMessageInFlow): ServiceCall | Promise<ServiceCall> {
    return this.readOn(msg, []);
  }

  private readOn(msg: NodeMessageInFlow, read: readonly Input[]): ServiceCall | Promise<ServiceCall> {
    const inputs = read.slice();
    while (inputs.length < this.fields.length) {
      const input = evaluateField(this.RED, this.node, this.fields[inputs.length]!, msg);
      if (input instanceof Promise) return input.then((value) => this.readOn(msg, [...inputs, value]));
      inputs.push(input);
    }
    return callOf(inputs);
  }
}

function callOf(inputs: readonly Input[]): ServiceCall {
  const [service, args] = inputs.slice(-2) as [Input, Input];
  const [first, second] = inputs as [Input, Input];
  const target = readTarget(
    inputs.length === 3 ? { iotId: first } : { productKey: first, deviceName: second },
  );
  const identifier = readService(service);
  const { text, isComputed } = readArgs(args);
  return { target, service: identifier, args: text, areArgsComputed: isComputed };
}
