import type { ServiceCall } from "./service-call";

/** How a call went; the shape of `msg.invocation`. */
export interface Invocation {
  operation: "invoke-service";
  service: string;
  productKey?: string | undefined;
  deviceName?: string | undefined;
  iotId?: string | undefined;
  callType?: "sync" | "async" | undefined;
  requestId?: string | undefined;
  messageId?: string | undefined;
  code?: number | string | undefined;
  /** Outputs of an awaited reply that do not fit the thing model, as the platform reports them. */
  checkFailedData?: unknown;
  /** Nothing was sent, because the account is on a dry run. */
  dryRun?: true;
  attempts: number;
  queuedMs: number;
  durationMs: number;
}

const operation = "invoke-service";

/** A call that has not begun. Written out, because spreads of objects are slow where every message comes by. */
export function invocationOf({ service, target }: Pick<ServiceCall, "service" | "target">): Invocation {
  const { iotId, productKey, deviceName } = target;
  return iotId === undefined
    ? { operation, service, productKey, deviceName, attempts: 0, queuedMs: 0, durationMs: 0 }
    : { operation, service, iotId, attempts: 0, queuedMs: 0, durationMs: 0 };
}

/** A call of which not even the fields could be read. */
export function unreadInvocation(): Invocation {
  return { operation, service: "", attempts: 0, queuedMs: 0, durationMs: 0 };
}
