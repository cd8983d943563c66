import { type Failure, invalidInput, type Text } from "../base/failure";
import { readable } from "../base/text";
import { encodeArgs } from "../thing-model/encode";
import { findService, type Service, type ThingModel } from "../thing-model/model";
import { quoted } from "../thing-model/problem";
import { type CheckMode, type Fitted, type Fitting, maxNamed, ModelCheck } from "./model-check";
import { misfitText } from "./problem-list";
import type { ServiceCall } from "./service-call";

const maxServices = 10;
const maxNameLength = 200;

export { type CheckMode, readCheckMode } from "./model-check";

/** Converts the args of each call to the types of the thing model, and checks them. */
export class ArgsCheck extends ModelCheck<ServiceCall, ThingModel> {
  /** @param describe describes an error for a warning */
  constructor(mode: CheckMode, warn: (text: Text) => void, describe: (error: unknown) => string) {
    super(serviceFitting, mode, warn, describe);
  }
}

const serviceFitting: Fitting<ServiceCall, ThingModel> = {
  kept: (models, { target, service }) => models.kept(target, service),
  get: (models, { target, service }) => models.get(target, service),
  renew: (models, { target, service }) => models.renew(target, service),
  fit,
  productOf: ({ productKey }) => productKey,
  subjectOf: ({ service }) => service,
  warnings: { sent: "errors.check-sent", late: "errors.check-late", noModel: "errors.check-no-model" },
};

/** The call with its args as the model wants them and the outputs that the model has. */
function fit(model: ThingModel, call: ServiceCall): Fitted<ServiceCall> {
  const service = findService(model, call.service);
  if (!service)
    return { command: withArgs(call, call.args, undefined), problem: unknownService(call, model) };
  if (service.generated || service.isUnchecked) return { command: withArgs(call, call.args, service) };
  const encoding = encodeArgs(service.inputs, call.args, {
    isComputed: call.areArgsComputed ?? false,
    maxProblems: maxNamed,
  });
  const command = withArgs(call, encoding.text, service);
  if (encoding.problems.length === 0) return { command };
  const params = { service: call.service, problems: misfitText(encoding) };
  return { command, problem: invalidInput({ key: "errors.check-args", params }, "hints.check") };
}

/** Written out, because spreads of objects are slow where every message comes by. */
function withArgs(
  { target, service, areArgsComputed }: ServiceCall,
  args: string,
  known: Service | undefined,
): ServiceCall {
  return { target, service, args, areArgsComputed, outputs: known?.outputs };
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
