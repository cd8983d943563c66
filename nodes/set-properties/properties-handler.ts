import type { Node, NodeAPI } from "node-red";
import { type InvokeOptions, setProperties, type Settled } from "../../lib/invocation/invoke";
import { readCheckMode } from "../../lib/invocation/model-check";
import { PropertyCheck } from "../../lib/invocation/property-check";
import {
  type PropertyCommand,
  propertyOperation,
  unreadPropertyCommand,
} from "../../lib/invocation/property-operation";
import type { ConfirmationSource } from "../../lib/invocation/reply-source";
import { ReportedValues } from "../../lib/invocation/reported";
import { withPresentVersions } from "../../lib/invocation/version-conflict";
import type { UsableAccount } from "../common/account-node";
import type { AwaitedReply } from "../common/awaited-replies";
import { CommandHandler } from "../common/command-handler";
import { failureText } from "../common/outcome";
import { translator } from "../common/texts";
import { type SetPropertiesConfig, setPropertiesSettings } from "../defaults/set-properties";
import { PropertyFields } from "./property-fields";

/** Ends each message of a node that sets properties in exactly one of port 1, port 2 and Catch. */
export class PropertiesHandler extends CommandHandler<PropertyCommand> {
  constructor(RED: NodeAPI, node: Node, config: SetPropertiesConfig) {
    const settings = setPropertiesSettings(config);
    const translate = translator(RED);
    const fields = new PropertyFields(RED, node, settings);
    const { confirm } = settings;
    super(
      RED,
      node,
      settings,
      {
        isAwaited: confirm === "reply" || confirm === "reported",
        check: new PropertyCheck(
          readCheckMode(settings.check),
          (text) => node.warn(translate(text)),
          (error) => failureText(error, translate),
        ),
        read: (msg) => fields.read(msg),
        carryOut,
        confirmedBy: confirm === "reported" ? confirmedByReports : ({ messages }) => messages.sets,
        invocationOf: (command) =>
          command ? propertyOperation(command).invocationOf(command) : unreadPropertyCommand(),
      },
      translate,
    );
  }
}

function confirmedByReports(
  { messages: { sets, reports } }: AwaitedReply,
  { present, client: { clock }, models }: UsableAccount,
): ConfirmationSource<PropertyCommand> {
  return new ReportedValues({ sets, reports, present, clock, models });
}

function carryOut(
  account: UsableAccount,
  command: PropertyCommand,
  options: InvokeOptions<PropertyCommand>,
): Promise<Settled> {
  const setting = setProperties(account, command, options);
  if (command.mode === "now") return setting;
  return setting.then((settled) => withPresentVersions(settled, command, account.present, options.signal));
}
