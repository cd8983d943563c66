/** The kinds of commands, as messages and audit records name them. */
export type OperationName = "invoke-service" | "set-properties" | "wait-until";

/** What nodes do; `read-device` is no command, and of a fleet the command for each device is recorded. */
type ActionName = OperationName | "read-device" | "fleet";

/** How a command went; the shape of `msg.invocation`. */
export interface Invocation {
  operation: ActionName;
  /** Where one is called. */
  service?: string | undefined;
  productKey?: string | undefined;
  deviceName?: string | undefined;
  iotId?: string | undefined;
  callType?: "sync" | "async" | undefined;
  requestId?: string | undefined;
  messageId?: string | undefined;
  code?: number | string | undefined;
  /** Outputs of an awaited reply that do not fit the thing model, as the platform reports them. */
  checkFailedData?: unknown;
  /** All properties were read, but which custom modules the device has is not known, so theirs may be missing. */
  modulesUnknown?: true;
  /** Nothing was sent, because the account is on a dry run. */
  dryRun?: true;
  attempts: number;
  queuedMs: number;
  durationMs: number;
}
