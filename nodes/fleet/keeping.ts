import type { Node, NodeAPI } from "node-red";
import { textOfError } from "../../lib/base/describe";
import { Failure, invalidInput } from "../../lib/base/failure";
import { readable } from "../../lib/base/text";
import type { FleetDevice } from "../../lib/fleet/fleet-device";
import type { Progress } from "../../lib/fleet/roll-out-state";
import type { Done, Send } from "../common/message-end";
import { failureText, type FlowMessage } from "../common/outcome";
import type { Translate } from "../common/texts";
import type { FleetOrder } from "./fleet-fields";
import { type KeptRollOut, KeptRollOuts } from "./kept-roll-outs";

/** What a message asks for, or what was kept of it over a restart. */
export interface Asked {
  id: string;
  order: FleetOrder;
  devices: readonly FleetDevice[];
  isConfirmed: boolean;
  startedAt: number;
  /** How far it was before the restart. */
  before?: Progress | undefined;
}

/** Keeps the roll-outs of a node in a context store, and goes on with those from before a restart. */
export class Keeping {
  private readonly store: KeptRollOuts;
  /** What was kept, by the messages that were made of it. */
  private readonly before = new WeakMap<FlowMessage, Asked>();
  /** The ids of roll-outs that have ended, by their messages. */
  private readonly ids = new WeakMap<FlowMessage, string>();
  private readonly started = (): void => void this.goOn();

  /** @returns undefined where the node keeps nothing */
  static of(
    RED: NodeAPI,
    node: Node,
    name: unknown,
    translate: Translate,
    receive: (msg: FlowMessage, send: Send, done: Done) => void,
  ): Keeping | undefined {
    const store = typeof name === "string" ? name.trim() : "";
    return store === "" ? undefined : new Keeping(RED, node, store, translate, receive);
  }

  private constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    name: string,
    translate: Translate,
    private readonly receive: (msg: FlowMessage, send: Send, done: Done) => void,
  ) {
    this.store = new KeptRollOuts(RED, node, name, translate);
    try {
      this.check();
      // The nodes behind this one and its account exist then.
      RED.events.once("flows:started", this.started);
    } catch (error) {
      node.error(failureText(error, translate));
    }
  }

  /** @throws {Failure} `invalid-input` where the store does not write at once */
  check(): void {
    this.store.check();
  }

  /** What was kept of a message from before a restart; undefined for one that has just come. */
  beforeRestart(msg: FlowMessage): Asked | undefined {
    return this.before.get(msg);
  }

  /**
   * Writes down what the roll-out of a message is to do.
   * @returns a function that writes down how far it is
   * @throws {Failure} `invalid-input` where nothing can be written down
   */
  async begin(
    msg: FlowMessage,
    { id, order, devices, isConfirmed, startedAt }: Asked,
  ): Promise<(progress: Progress) => Promise<void>> {
    if (this.before.has(msg)) return this.store.goOn(id);
    const { service, shared } = order;
    try {
      return await this.store.begin(id, {
        service,
        shared: shared instanceof Failure ? undefined : shared,
        isConfirmed,
        startedAt,
        msg,
        devices,
      });
    } catch (error) {
      const params = { reason: readable(textOfError(error), 200) };
      throw invalidInput({ key: "errors.rollout-keep-failed", params }, "hints.rollout-not-kept");
    }
  }

  /** A roll-out has ended; it is kept until its message has left. */
  ended(msg: FlowMessage, id: string): void {
    this.ids.set(msg, id);
  }

  /** A message has left. */
  left(msg: FlowMessage): void {
    const id = this.ids.get(msg);
    if (id !== undefined) this.store.remove(id);
  }

  close(): void {
    this.RED.events.removeListener("flows:started", this.started);
  }

  /** Resolves when all that has ended is removed. */
  settled(): Promise<void> {
    return this.store.settled();
  }

  private async goOn(): Promise<void> {
    for (const kept of await this.store.load()) this.goOnWith(kept);
  }

  private goOnWith({ id, order, progress }: KeptRollOut): void {
    const { node } = this;
    const { service, shared, devices, isConfirmed, startedAt } = order;
    const msg = { ...order.msg } as unknown as FlowMessage;
    this.before.set(msg, {
      id,
      order: { service, shared },
      devices,
      isConfirmed,
      startedAt,
      before: progress,
    });
    // The message that began it is no longer in the flow, so none is there to be marked as done.
    this.receive(
      msg,
      (out) => node.send(out),
      (error) => {
        if (error) node.error(error, msg);
      },
    );
  }
}
