import type { Node } from "node-red";
import type { Failure, Text } from "../../lib/base/failure";
import type { DeviceMessage } from "../../lib/subscription/device-message";
import type { SubscriptionState } from "../../lib/subscription/state";
import { catchable, errorObject, failureText } from "../common/outcome";
import type { Translate } from "../common/texts";

/** A connection may come and go for hours; the same trouble is logged again after this long. */
const quietMs = 600_000;

type Trouble = Extract<SubscriptionState, { failure: Failure }>;

/** What a subscription writes to the log: each trouble once, and its end. */
export class StateLog {
  /** When each kind of trouble was last logged. */
  private readonly lastLogged = new Map<string, number>();
  private readonly warned = new Set<string>();
  private isConnected = false;
  private isInTrouble = false;

  constructor(
    private readonly node: Node,
    private readonly translate: Translate,
  ) {}

  changed(state: SubscriptionState): void {
    switch (state.name) {
      case "connected":
        if (!this.isConnected || this.isInTrouble)
          this.node.log(this.translate({ key: "errors.subscribed" }));
        this.isConnected = true;
        this.isInTrouble = false;
        break;
      case "disconnected":
        if (!this.isNews(state)) break;
        this.isInTrouble = true;
        this.node.warn(failureText(state.failure, this.translate));
        break;
      case "refused":
        if (!this.isNews(state)) break;
        this.isInTrouble = true;
        this.tellFlows(state.failure);
        break;
      case "connecting":
      case "closed":
        break;
    }
  }

  /** Another client receives messages of the same consumer group. */
  foreignReply({ productKey = "?", deviceName = "?" }: DeviceMessage, group: string): void {
    const device = `${productKey}/${deviceName}`;
    this.warnOnce({ key: "errors.foreign-reply", params: { device, group } });
  }

  /** Another subscription of this Node-RED receives messages of the same consumer group. */
  groupShared(other: string, group: string): void {
    this.warnOnce({ key: "errors.group-shared", params: { other, group } });
  }

  /** The flow did not acknowledge a message in time. */
  unacknowledged({ topic, messageId }: DeviceMessage): void {
    this.warnOnce({ key: "errors.unacknowledged", params: { topic, messageId } });
  }

  /** Redis does not let this Node-RED hear the others that receive messages of the same consumer group. */
  groupRefused(failure: Failure): void {
    this.warnOnce({
      key: "errors.group-refused",
      params: { reason: failureText(failure, this.translate) },
    });
  }

  private warnOnce(text: Text): void {
    if (this.warned.has(text.key)) return;
    this.warned.add(text.key);
    this.node.warn(this.translate(text));
  }

  /** A user has to fix this, so it is reported to Catch nodes or, without any, in the log. */
  private tellFlows(failure: Failure): void {
    const error = errorObject(failure, this.node, this.translate);
    const message = failureText(failure, this.translate);
    this.node.error(catchable({ ...error, message }), {});
  }

  private isNews({ name, failure: { code, hint } }: Trouble): boolean {
    const now = performance.now();
    const news = `${name} ${code} ${hint}`;
    const before = this.lastLogged.get(news);
    if (before !== undefined && now - before < quietMs) return false;
    // A server may invent codes.
    if (this.lastLogged.size >= 100) this.lastLogged.clear();
    this.lastLogged.set(news, now);
    return true;
  }
}
