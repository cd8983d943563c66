import type { Node, NodeAPI } from "node-red";
import { userOf } from "../../lib/audit/record";
import { type Failure, invalidInput, type Text } from "../../lib/base/failure";
import type { Origin } from "../../lib/invocation/audit-trail";
import type { Settled } from "../../lib/invocation/invoke";
import { type AccountNode, accountType, type UsableAccount } from "../common/account-node";
import { deployedConfig } from "../common/deployed-config";
import { type InvokeSettings, invokeSettings } from "../defaults/invoke-service";
import { describeFailure } from "./answers";
import type { CallForm } from "./call-form";
import { OpenCalls } from "./open-calls";
import type { Route } from "./route";

/** A call as the invoke node carries it out for a message. */
export interface CallNow {
  account: UsableAccount;
  /** The deployed node, else the account's. */
  node: Node;
  /** What is to be read from messages has been replaced by fixed values. */
  settings: InvokeSettings;
  origin: Origin;
  /** Takes what the check of the args warns of. */
  warn: (text: Text) => void;
}

/** Carries out a call; never rejects. */
export type CarryOut = (RED: NodeAPI, call: CallNow) => Promise<Settled>;

const nodeType = "aliyun-iot-invoke-service";
const maxResultLength = 64 * 1024;

// Loaded with the first call.
const forms = (): typeof import("./call-form") => require("./call-form");
const questions = (): typeof import("./call-questions") => require("./call-questions");
const accounts = (): typeof import("./deployed-account") => require("./deployed-account");

/**
 * The routes behind the button "Call now" in the dialog of the invoke node: `call-plan` says what is to be asked for
 * before, `call-now` makes one call with the deployed account. Both need a permission of their own. The calls go on if
 * the browser leaves.
 */
export function callRoutes(RED: NodeAPI, carryOut: CarryOut): { plan: Route; call: Route } {
  const calls = new OpenCalls();

  const plan: Route = async ({ body }) => {
    const form = forms().readCallForm(body);
    const { safety } = await accountOf(RED, form).open();
    const { questions: asked } = questions().sourcesOf(RED, form, deployedNode(RED, form));
    return { questions: asked, isDryRun: safety?.isDryRun === true };
  };

  const call: Route = async ({ body, user }) => {
    const form = forms().readCallForm(body);
    const name = userOf(user);
    const account = accountOf(RED, form);
    const deployed = deployedNode(RED, form);
    const sources = questions().sourcesOf(RED, form, deployed);
    const settings = questions().answered(form, sources);
    const end = calls.begin(name ?? "", (body as { call?: unknown }).call);
    try {
      const warnings: Text[] = [];
      const settled = await carryOut(RED, {
        account: await account.open(),
        node: deployed?.node ?? account,
        settings,
        origin: {
          node: { id: form.node.id, type: nodeType, name: form.node.name },
          flow: form.node.flow,
          user: name,
          from: "dialog",
        },
        warn: (text) => warnings.push(text),
      });
      const isHidden = sources.evaluated.length > 0 && warnings.length > 0;
      return {
        ...described(settled, sources.evaluated),
        warnings: isHidden ? [{ key: "errors.call-hidden" }] : warnings,
      };
    } finally {
      end();
    }
  };

  return { plan, call };
}

/**
 * The account of a call, as it is deployed.
 * @throws {Failure} where it is not deployed, or not as it is in the editor
 */
function accountOf(RED: NodeAPI, { settings, account }: CallForm): AccountNode {
  const node = settings.account ? RED.nodes.getNode(settings.account) : undefined;
  if (node?.type !== accountType) throw invalidInput({ key: "errors.account-undeployed" });
  if (!accounts().isAsDeployed(RED, node.id, account)) throw invalidInput({ key: "errors.account-changed" });
  return node as AccountNode;
}

/** The node of a call with its settings in the flow file, where it is deployed. */
function deployedNode(RED: NodeAPI, { node: { id } }: CallForm) {
  const node = RED.nodes.getNode(id);
  if (node?.type !== nodeType) return undefined;
  const config = deployedConfig(RED, id);
  return config && { node, settings: invokeSettings(config) };
}

/**
 * The outcome as the dialog shows it. Values that were evaluated are left out of what a dry run would have sent, and of
 * reasons that may quote them.
 */
function described(settled: Settled, evaluated: readonly string[]): object {
  const { attempts, durationMs, requestId, messageId, callType, dryRun } = settled.invocation;
  const facts = { attempts, durationMs, requestId, messageId, callType, dryRun };
  if (!settled.ok) {
    const { failure } = settled;
    return { ...facts, outcome: failure.outcome, failure: shownFailure(failure, evaluated) };
  }
  const result = dryRun ? withoutValues(settled.result, evaluated) : settled.result;
  const text = JSON.stringify(result) ?? "";
  return {
    ...facts,
    outcome: "done",
    result: text.length > maxResultLength ? text.slice(0, maxResultLength).toWellFormed() : text,
    isCut: text.length > maxResultLength,
    isAccepted: callType === "async" && text === JSON.stringify({ messageId }),
    ...(dryRun && { isHidden: evaluated.length > 0 }),
  };
}

function shownFailure(failure: Failure, evaluated: readonly string[]): object {
  const view = describeFailure(failure);
  if (evaluated.length === 0) return view;
  const { code } = failure;
  if (code === "invalid-input") return { code, text: { key: "errors.call-hidden" } };
  const text = { key: "errors.call-hidden-reason" };
  // The rules name the command, with its hint as well.
  if (code === "not-allowed" || code === "not-confirmed") {
    return evaluated.some((key) => Object.hasOwn(parameters, key)) ? { code, text } : view;
  }
  // The words of the platform, or of the device.
  return typeof failure.text === "string" ? { ...view, text } : view;
}

const parameters: Record<string, string> = {
  iotId: "IotId",
  productKey: "ProductKey",
  deviceName: "DeviceName",
  service: "Identifier",
};

function withoutValues(result: unknown, evaluated: readonly string[]): unknown {
  const { parameters: all, ...rest } = result as { parameters: Record<string, unknown> };
  const hidden = evaluated.map((key) => parameters[key] ?? "Args");
  const shown = Object.entries(all).filter(([name]) => !hidden.includes(name));
  return { ...rest, parameters: Object.fromEntries(shown) };
}
