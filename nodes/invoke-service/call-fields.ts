import type { Node, NodeAPI, NodeMessageInFlow } from "node-red";
import { readArgs } from "../../lib/invocation/args";
import { fieldName, type Input, readService, readTarget, type Target } from "../../lib/invocation/inputs";
import type { ServiceCall } from "../../lib/invocation/service-call";
import { evaluateField, type TypedField } from "../common/fields";
import type { InvokeSettings } from "../defaults/invoke-service";

type TextField = "productKey" | "deviceName" | "iotId" | "service" | "args";

/** The fields of the dialog that name the call. */
export class CallFields {
  private readonly isById: boolean;
  private readonly fields: Record<TextField, TypedField>;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    config: InvokeSettings,
  ) {
    const typed = (name: TextField): TypedField => ({
      value: config[name],
      type: config[`${name}Type`],
      name: fieldName(name),
    });
    this.isById = config.target === "iotId";
    this.fields = {
      productKey: typed("productKey"),
      deviceName: typed("deviceName"),
      iotId: typed("iotId"),
      service: typed("service"),
      args: typed("args"),
    };
  }

  /**
   * The call that a message asks for; a promise where an expression takes its time. The fields are read in turn, and
   * what is wrong with one keeps the next from being evaluated.
   * @throws {Failure} `invalid-input`, also as a rejection
   */
  read(msg: NodeMessageInFlow): ServiceCall | Promise<ServiceCall> {
    return after(this.target(msg), (target) =>
      after(this.input("service", msg), (given) => {
        const service = readService(given);
        return after(this.input("args", msg), (input) => {
          const { text, isComputed } = readArgs(input);
          return { target, service, args: text, areArgsComputed: isComputed };
        });
      }),
    );
  }

  private target(msg: NodeMessageInFlow): Target | Promise<Target> {
    if (this.isById) return after(this.input("iotId", msg), (iotId) => readTarget({ iotId }));
    return after(this.input("productKey", msg), (productKey) =>
      after(this.input("deviceName", msg), (deviceName) => readTarget({ productKey, deviceName })),
    );
  }

  private input(field: TextField, msg: NodeMessageInFlow): Input | Promise<Input> {
    return evaluateField(this.RED, this.node, this.fields[field], msg);
  }
}

/** Continues with a value, synchronously unless it is a promise. */
function after<T, R>(value: T | Promise<T>, goOn: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
