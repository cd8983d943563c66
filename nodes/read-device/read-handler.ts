import type { Node, NodeAPI } from "node-red";
import { asFailure } from "../../lib/base/as-failure";
import type { Invocation } from "../../lib/invocation/invocation";
import type { InvokeOptions, Settled } from "../../lib/invocation/invoke";
import type { UsableAccount } from "../common/account-node";
import { CommandHandler } from "../common/command-handler";
import type { Translate } from "../common/texts";
import type { ReadDeviceSettings } from "../defaults/read-device";
import { type ReadCommand, ReadFields } from "./read-fields";

/** Ends each message of a node that reads devices in exactly one of port 1, port 2 and Catch. */
export class ReadHandler extends CommandHandler<ReadCommand> {
  constructor(RED: NodeAPI, node: Node, config: ReadDeviceSettings, translate: Translate) {
    const fields = new ReadFields(RED, node, config);
    const read = (msg: Parameters<ReadFields["read"]>[0]): ReturnType<ReadFields["read"]> => fields.read(msg);
    super(RED, node, config, { isAwaited: false, isAnswered: true, read, carryOut, invocationOf }, translate);
  }
}

/** Also where the account is on a dry run or has rules, since a read changes nothing. Never rejects. */
async function carryOut(
  { reads, timeout }: UsableAccount,
  command: ReadCommand,
  options: InvokeOptions<ReadCommand>,
): Promise<Settled> {
  const invocation = invocationOf(command);
  try {
    const result = await reads.read(command.request, {
      stats: invocation,
      timeout: options.timeout ?? timeout,
      signal: options.signal,
      onBegun: () => options.progress?.begun(),
    });
    return { ok: true, result, invocation };
  } catch (error) {
    return { ok: false, failure: asFailure(error), invocation };
  }
}

/** Several devices are named by their product at most. */
function invocationOf(command: ReadCommand | undefined): Invocation {
  const counts = { attempts: 0, queuedMs: 0, durationMs: 0 };
  if (!command) return { operation: "read-device", ...counts };
  const { iotId, productKey, deviceName } = command.target;
  if (command.request.what === "states") {
    return iotId === undefined
      ? { operation: "read-device", productKey, ...counts }
      : { operation: "read-device", ...counts };
  }
  return iotId === undefined
    ? { operation: "read-device", productKey, deviceName, ...counts }
    : { operation: "read-device", iotId, ...counts };
}
