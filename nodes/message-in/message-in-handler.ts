import type { Node, NodeAPI, NodeMessage, NodeMessageInFlow } from "node-red";
import { asFailure } from "../../lib/base/as-failure";
import { describeValue } from "../../lib/base/describe";
import { invalidInput } from "../../lib/base/failure";
import type { DeviceMessage, MessageFilter, MessageKind } from "../../lib/subscription/device-message";
import type { Listening } from "../../lib/subscription/listener";
import { propertyIn } from "../../lib/subscription/property-post";
import type { SubscriptionUse } from "../../lib/subscription/shared-subscription";
import { type Done, endQuietly } from "../common/message-end";
import { failureText } from "../common/outcome";
import { ownContent } from "../common/own-content";
import { ReceivingStatus } from "../common/receiving-status";
import { readText } from "../common/settings";
import { type SubscriptionNode, subscriptionType } from "../common/subscription-node";
import { troubleText } from "../common/subscription-status";
import { type Translate, translator } from "../common/texts";
import { type MessageInConfig, type MessageInSettings, messageInSettings } from "../defaults/message-in";

/** A flow that returns every message must not fill the log. */
const quietMs = 60_000;

/** Sends the messages of a subscription to the flow, and acknowledges those that the flow returns. */
export class MessageInHandler {
  private readonly translate: Translate;
  private readonly mode: "auto" | "flow";
  /** The property of which only the value is sent; undefined where the whole message is. */
  private property: string | undefined;
  private listening: Listening | undefined;
  private leave: (() => void) | undefined;
  private status: ReceivingStatus | undefined;
  private warnedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    config: MessageInConfig,
  ) {
    const settings = messageInSettings(config);
    this.translate = translator(RED);
    this.mode = settings.acknowledge === "flow" ? "flow" : "auto";
    try {
      const filter = readFilter(settings);
      this.property = readOutput(settings, filter);
      const joined = this.subscription(settings);
      const status = (this.status = new ReceivingStatus(RED, node, joined.account));
      this.leave = joined.join({
        node,
        begin: (subscription) => this.listen(subscription, filter),
        show: (state) => status.show(state),
      });
    } catch (error) {
      node.error(failureText(error, this.translate));
      const text = troubleText(asFailure(error, "not-sent").code);
      node.status({ fill: "red", shape: "dot", text });
    }
  }

  /** Acknowledges the message that `msg.message.messageId` names. Never throws. */
  acknowledge(msg: NodeMessageInFlow): void {
    if (this.mode === "auto") return;
    const messageId = messageIdOf(msg);
    // A message without an id was acknowledged when it was sent.
    if (messageId === "") return;
    if (typeof messageId === "string" && this.listening?.acknowledge(messageId)) return;
    const now = performance.now();
    if (now - this.warnedAt < quietMs) return;
    this.warnedAt = now;
    const key = typeof messageId === "string" ? "errors.acknowledge-unknown" : "errors.acknowledge-missing";
    this.node.warn(this.translate({ key, params: { came: describeValue(messageId) } }));
  }

  /** Calls `done` for the returned message in any case. Never throws. */
  end(done: Done): void {
    endQuietly(this.node, done);
  }

  close(): void {
    this.leave?.();
    if (this.status) this.status.clear();
    else this.node.status({});
  }

  private listen(subscription: SubscriptionUse, filter: MessageFilter): () => void {
    const listening = subscription.listen({
      filter,
      acknowledge: this.mode,
      take: (message) => this.node.send(flowMessage(message, this.property)),
    });
    this.listening = listening;
    return () => listening.end();
  }

  /** @throws {Failure} where there is none */
  private subscription({ subscription }: MessageInSettings): SubscriptionNode {
    const node = subscription ? this.RED.nodes.getNode(subscription) : undefined;
    if (node?.type !== subscriptionType) throw invalidInput({ key: "errors.subscription-missing" });
    return node as SubscriptionNode;
  }
}

/** Several nodes may get the same message, so each has its own. */
function flowMessage(whole: DeviceMessage, property: string | undefined): NodeMessage {
  const payload = property === undefined ? whole.payload : propertyIn(whole, property)?.value;
  const message: NodeMessage & { message: Origin } = {
    payload: ownContent(payload),
    topic: whole.topic,
    message: originOf(whole),
  };
  return message;
}

/** Where a message came from: everything but its content. */
type Origin = Omit<DeviceMessage, "topic" | "payload">;

/**
 * Fields without a value are left out. Written out, since `...rest` takes ten times as long. Bench line: "message-in" in
 * bench/messages.ts.
 */
function originOf(whole: DeviceMessage): Origin {
  const { productKey, deviceName, iotId, identifier, generateTime, requestId } = whole;
  const origin = { kind: whole.kind } as Origin;
  if (productKey !== undefined) origin.productKey = productKey;
  if (deviceName !== undefined) origin.deviceName = deviceName;
  if (iotId !== undefined) origin.iotId = iotId;
  if (identifier !== undefined) origin.identifier = identifier;
  origin.messageId = whole.messageId;
  if (generateTime !== undefined) origin.generateTime = generateTime;
  if (requestId !== undefined) origin.requestId = requestId;
  origin.format = whole.format;
  if (whole.isBroken) origin.isBroken = whole.isBroken;
  return origin;
}

function messageIdOf(msg: NodeMessageInFlow): unknown {
  try {
    return (msg as { message?: { messageId?: unknown } }).message?.messageId;
  } catch {
    return undefined;
  }
}

const kinds: Record<MessageKind | "any", true> = {
  any: true,
  property: true,
  event: true,
  reply: true,
  status: true,
  lifecycle: true,
  custom: true,
  other: true,
};

/**
 * Which messages the dialog asks for.
 * @throws {Failure} `invalid-input`
 */
function readFilter(settings: MessageInSettings): MessageFilter {
  const kind = readText(settings.kind, { key: "errors.field-kind" });
  if (!Object.hasOwn(kinds, kind)) {
    throw invalidInput({ key: "errors.message-kind", params: { came: describeValue(kind) } });
  }
  return {
    kind: kind as MessageFilter["kind"],
    productKey: readText(settings.productKey, { key: "errors.field-product-key" }),
    deviceName: readText(settings.deviceName, { key: "errors.field-device-name" }),
    identifier: readText(settings.identifier, { key: "errors.field-identifier" }),
  };
}

/**
 * Which property's value is sent in place of the message.
 * @throws {Failure} `invalid-input`
 */
function readOutput({ output }: MessageInSettings, { kind, identifier }: MessageFilter): string | undefined {
  const text = readText(output, { key: "errors.field-output" });
  if (text === "message") return undefined;
  if (text !== "value") {
    throw invalidInput({ key: "errors.message-output", params: { came: describeValue(text) } });
  }
  if (kind === "property" && identifier !== "") return identifier;
  throw invalidInput({ key: "errors.message-output-property" });
}
