import { serviceInRules } from "../rules/rule";
import type { Invocation } from "./invocation";
import { knownOutputs } from "./model-source";
import type { Operation } from "./operation";
import { readServiceAnswer } from "./result";
import type { ServiceCall } from "./service-call";

const name = "invoke-service";

/** Calls a service of a device: `InvokeThingService` (docs/protocol.md, 1.2). */
export const serviceOperation: Operation<ServiceCall> = {
  name,
  // Written out, because spreads of objects are slow where every message comes by.
  invocationOf({ service, target }) {
    const { iotId, productKey, deviceName } = target;
    return iotId === undefined
      ? { operation: name, service, productKey, deviceName, attempts: 0, queuedMs: 0, durationMs: 0 }
      : { operation: name, service, iotId, attempts: 0, queuedMs: 0, durationMs: 0 };
  },
  identifiersOf: ({ service }) => [serviceInRules(service)],
  argsOf: ({ args }) => args,
  actionOf: () => "InvokeThingService",
  parametersOf: ({ target, service, args }) => ({
    IotId: target.iotId,
    ProductKey: target.productKey,
    DeviceName: target.deviceName,
    Identifier: service,
    Args: args,
  }),
  outputsOf: (call, models) => call.outputs ?? knownOutputs(models, call.target, call.service),
  readAnswer: (answer, _call, outputs) => readServiceAnswer(answer, outputs),
};

/** A call of which not even the fields could be read. */
export function unreadServiceCall(): Invocation {
  return { operation: name, service: "", attempts: 0, queuedMs: 0, durationMs: 0 };
}
