import type { Node, NodeAPI } from "node-red";
import { ArgsCheck, readCheckMode } from "../../lib/invocation/args-check";
import { invoke } from "../../lib/invocation/invoke";
import type { ServiceCall } from "../../lib/invocation/service-call";
import { serviceOperation, unreadServiceCall } from "../../lib/invocation/service-operation";
import { CommandHandler } from "../common/command-handler";
import { failureText } from "../common/outcome";
import { translator } from "../common/texts";
import { type InvokeConfig, invokeSettings } from "../defaults/invoke-service";
import { CallFields, isReplyAwaited } from "./call-fields";

/** Ends each message of an invoke node in exactly one of port 1, port 2 and Catch. */
export class InvokeHandler extends CommandHandler<ServiceCall> {
  constructor(RED: NodeAPI, node: Node, config: InvokeConfig) {
    const settings = invokeSettings(config);
    const translate = translator(RED);
    const fields = new CallFields(RED, node, settings);
    super(
      RED,
      node,
      settings,
      {
        isAwaited: isReplyAwaited(settings),
        check: new ArgsCheck(
          readCheckMode(settings.check),
          (text) => node.warn(translate(text)),
          (error) => failureText(error, translate),
        ),
        read: (msg) => fields.read(msg),
        carryOut: invoke,
        confirmedBy: ({ messages }) => messages.source,
        invocationOf: (call) => (call ? serviceOperation.invocationOf(call) : unreadServiceCall()),
      },
      translate,
    );
  }
}
