import type { Node, NodeAPI } from "node-red";
import { asFailure } from "../../lib/base/as-failure";
import type { Text } from "../../lib/base/failure";
import type { Invocation } from "../../lib/invocation/invocation";
import type { InvokeOptions, Settled } from "../../lib/invocation/invoke";
import type { UsableAccount } from "../common/account-node";
import { CommandHandler } from "../common/command-handler";
import { failureText } from "../common/outcome";
import { translator } from "../common/texts";
import { type ReadDeviceConfig, readDeviceSettings } from "../defaults/read-device";
import { type ReadCommand, ReadFields } from "./read-fields";

/** Ends each message of a node that reads devices in exactly one of port 1, port 2 and Catch. */
export class ReadHandler extends CommandHandler<ReadCommand> {
  constructor(RED: NodeAPI, node: Node, config: ReadDeviceConfig) {
    const settings = readDeviceSettings(config);
    const translate = translator(RED);
    const fields = new ReadFields(RED, node, settings);
    const read = (msg: Parameters<ReadFields["read"]>[0]): ReturnType<ReadFields["read"]> => fields.read(msg);
    const modules = new ModuleWarnings(
      (text) => node.warn(translate(text)),
      (error) => failureText(error, translate),
    );
    super(
      RED,
      node,
      settings,
      {
        isAwaited: false,
        isAnswered: true,
        read,
        carryOut: (account, command, options) => carryOut(account, command, options, modules),
        invocationOf,
      },
      translate,
    );
  }
}

/** Warns once for each product whose modules are not known, and again only after they were in between. */
class ModuleWarnings {
  private readonly warned = new Set<string>();

  constructor(
    private readonly warn: (text: Text) => void,
    private readonly describe: (error: unknown) => string,
  ) {}

  /** All properties of a device were read. */
  known({ target }: ReadCommand): void {
    this.warned.delete(subjectOf(target));
  }

  unknown({ target }: ReadCommand, error: unknown): void {
    const subject = subjectOf(target);
    if (this.warned.has(subject)) return;
    if (this.warned.size >= maxWarned) this.warned.clear();
    this.warned.add(subject);
    const params = { target: subject, reason: this.describe(error) };
    this.warn({ key: "errors.read-modules-unknown", params });
  }
}

const maxWarned = 1000;

function subjectOf({ productKey, iotId }: ReadCommand["target"]): string {
  return productKey ?? iotId ?? "";
}

/** Also where the account is on a dry run or has rules, since a read changes nothing. Never rejects. */
async function carryOut(
  { reads, timeout }: UsableAccount,
  command: ReadCommand,
  options: InvokeOptions<ReadCommand>,
  modules: ModuleWarnings,
): Promise<Settled> {
  const invocation = invocationOf(command);
  try {
    const result = await reads.read(command.request, {
      stats: invocation,
      timeout: options.timeout ?? timeout,
      signal: options.signal,
      onBegun: () => options.progress?.begun(),
      onModulesUnknown: (reason) => modules.unknown(command, reason),
    });
    if (isOfAll(command) && !invocation.modulesUnknown) modules.known(command);
    return { ok: true, result, invocation };
  } catch (error) {
    return { ok: false, failure: asFailure(error), invocation };
  }
}

function isOfAll({ request }: ReadCommand): boolean {
  return "identifiers" in request && request.identifiers.length === 0;
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
