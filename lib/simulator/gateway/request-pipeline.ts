import type { FaultKind } from "../definition/fault";
import type { Platform } from "../devices/platform";
import { type Answer, gatewayAnswer, newRequestId, operationAnswer } from "./answer";
import type { CallCounts } from "./call-counts";
import { BusinessFailure, GatewayFailure } from "./failures";
import { clockOffset, type Faults, type FaultTarget, type FiredFault } from "./faults";
import { type Call, type Format, formatOf, type RawRequest, readCall, requireParameters } from "./gateway";
import { repeated } from "./operations/operation";
import { agrees, type RequestAuthenticator } from "./request-authenticator";
import { bodyTooLarge, type Reaction } from "./server";

/** What is logged for a request; never a signature, a token or a value of Args. */
export interface Report {
  call: Call | undefined;
  requestId: string;
  fault: FaultKind | undefined;
  /** The answer's code; blank on success. */
  code: string;
}

const faultsInsteadOfActing: readonly FaultKind[] = ["hang", "throttle", "server-error"];
const faultsAfterSignature: readonly FaultKind[] = [...faultsInsteadOfActing, "drop-after", "garbage", "xml"];

/** Handles one request from signature to answer, with the faults that are due. */
export class RequestPipeline {
  constructor(
    private readonly platform: Platform,
    private readonly authenticator: RequestAuthenticator,
    private readonly faults: Faults,
    private readonly counts: CallCounts,
    private readonly report: (report: Report) => void,
  ) {}

  /** Rejects only while the simulator closes. */
  async handle(request: RawRequest): Promise<Reaction> {
    const context = new RequestContext(formatOf(request), this.platform.now());
    let reaction: Reaction;
    try {
      reaction = await this.answer(request, context);
    } catch (error) {
      if (!(error instanceof GatewayFailure)) throw error;
      context.code = error.code;
      const host = request.headers.get("host") ?? "";
      reaction = gatewayAnswer(error, context.requestId, host, context.format);
    }
    const { call, requestId, code, fault } = context;
    this.report({ call, requestId, code, fault: fault?.fault });
    return typeof reaction === "string" ? reaction : withDate(reaction, context.clock);
  }

  private async answer(request: RawRequest, context: RequestContext): Promise<Reaction> {
    if (request.foreign !== undefined) {
      // Without a Host header it is neither from a browser nor valid HTTP/1.1.
      const status = request.headers.has("host") ? 403 : 400;
      throw new GatewayFailure(status, "Forbidden", `${request.foreign}.`);
    }
    if (request.tooLarge) throw bodyTooLarge;
    const call = readCall(request);
    context.call = call;
    const target = targetOf(call, this.platform);
    context.fault = this.faults.fire(target, ["drop-before"]);
    if (context.fault) return "drop";
    this.authenticator.admit(call, (timestamp) => this.isTimely(timestamp, target, context));
    if (!this.counts.admit(call.action, this.platform.now())) throw throttled();

    context.fault = this.faults.fire(target, faultsAfterSignature);
    if (context.fault && !isOfBackEnd(context.fault) && faultsInsteadOfActing.includes(context.fault.fault)) {
      return insteadOfActing(context.fault);
    }
    if (context.fault?.fault === "xml") context.format = "XML";
    const answer = await this.operate(call, context);
    if (context.fault?.fault === "drop-after") return "drop";
    return context.fault?.fault === "garbage" ? garbled(answer, context.fault) : answer;
  }

  private async operate(call: Call, context: RequestContext): Promise<Answer> {
    requireParameters(call);
    try {
      this.checkInstance(call);
      if (context.fault && isOfBackEnd(context.fault)) {
        throw new BusinessFailure(context.fault.code ?? "", "The request failed because of a fault.");
      }
      const fields = await call.operation.run(call.parameters, this.platform);
      return operationAnswer(call.action, context.requestId, fields, context.format);
    } catch (error) {
      if (!(error instanceof BusinessFailure)) throw error;
      context.code = error.code;
      return operationAnswer(call.action, context.requestId, error, context.format);
    }
  }

  private checkInstance(call: Call): void {
    const given = call.parameters.get("IotInstanceId") ?? "";
    if (given === this.platform.instanceId) return;
    const message = this.platform.instanceId
      ? "IotInstanceId must be the id of the instance"
      : "this instance has no id; leave IotInstanceId out";
    throw new BusinessFailure("iot.system.InstanceNotFound", message);
  }

  /** Uses a wrong clock that the request's time agrees with, else one that is due now, else the right one. */
  private isTimely(timestamp: number, target: FaultTarget, context: RequestContext): boolean {
    const now = this.platform.now();
    const offset = this.faults.clockOffsets(target).find((candidate) => agrees(timestamp, now + candidate));
    if (offset !== undefined) {
      context.clock = now + offset;
      return true;
    }
    context.fault = this.faults.fire(target, ["wrong-clock"]);
    if (!context.fault) return agrees(timestamp, now);
    context.clock = now + clockOffset(context.fault);
    return false;
  }
}

/** The state of one request. */
class RequestContext {
  readonly requestId = newRequestId();
  call: Call | undefined;
  fault: FiredFault | undefined;
  code = "";

  constructor(
    public format: Format,
    /** The time in the `Date` header, in UTC milliseconds. */
    public clock: number,
  ) {}
}

function targetOf(call: Call, platform: Platform): FaultTarget {
  const { action, parameters } = call;
  const productKey = parameters.get("ProductKey");
  const names = [parameters.get("DeviceName"), ...repeated(parameters, "DeviceName")];
  const iotIds = [parameters.get("IotId"), ...repeated(parameters, "IotId")].filter(
    (iotId) => iotId !== undefined,
  );
  const devices = iotIds.length
    ? iotIds.map((iotId) => platform.deviceByIotId(iotId))
    : names.map((name) => platform.device(productKey, name));
  const found = devices.filter((device) => device !== undefined);
  return { action, service: parameters.get("Identifier"), productKey, devices: found };
}

function insteadOfActing(fault: FiredFault): Reaction {
  if (fault.fault === "hang") return "hang";
  if (fault.fault === "server-error") {
    throw new GatewayFailure(
      500,
      "InternalError",
      "The request processing has failed due to some unknown error.",
    );
  }
  throw throttled({ "x-acs-retry-after": String(fault.retryAfterMs ?? 500) });
}

function throttled(headers: Record<string, string> = {}): GatewayFailure {
  const message = "Request was denied due to user flow control.";
  return new GatewayFailure(400, "Throttling.User", message, { headers });
}

function isOfBackEnd({ fault, code }: FiredFault): boolean {
  return fault === "server-error" && code !== undefined;
}

function garbled(answer: Answer, fault: FiredFault): Answer {
  if (fault.count % 2 === 0) return { ...answer, body: answer.body.slice(0, answer.body.length / 2) };
  const body =
    "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n";
  return { status: 200, headers: { "content-type": "text/html;charset=utf-8" }, body };
}

function withDate(answer: Answer, clock: number): Answer {
  return { ...answer, headers: { date: new Date(clock).toUTCString(), ...answer.headers } };
}
