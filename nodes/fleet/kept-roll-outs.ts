import type { Node, NodeAPI } from "node-red";
import { textOfError } from "../../lib/base/describe";
import type { Words } from "../../lib/fleet/ended";
import { type KeptOrder, orderText, readOrder } from "../../lib/fleet/keep/order-text";
import { ProgressWriter, readProgress } from "../../lib/fleet/keep/progress-text";
import type { Progress } from "../../lib/fleet/roll-out-state";
import { KeepStore } from "./keep-store";

/** A roll-out from before a restart. */
export interface KeptRollOut {
  id: string;
  order: KeptOrder;
  /** Undefined where none of its devices was commanded. */
  progress: Progress | undefined;
}

const orderKey = "rolloutOrder_";
const progressKey = "rolloutProgress_";

/** The roll-outs of a node in the context store that it is set to. */
export class KeptRollOuts {
  private readonly store: KeepStore;
  /** What is being removed. */
  private removing: Promise<void> = Promise.resolve();

  constructor(
    RED: NodeAPI,
    private readonly node: Node,
    name: string,
    private readonly words: Words,
  ) {
    this.store = new KeepStore(RED, node, name);
  }

  /** @throws {Failure} `invalid-input` where the store does not write at once */
  check(): void {
    this.store.check();
  }

  /**
   * Writes down what a roll-out is to do, before anything is sent.
   * @returns a function that writes down how far it is
   */
  async begin(id: string, order: KeptOrder): Promise<(progress: Progress) => Promise<void>> {
    await this.store.set(orderKey + id, orderText(order, this.words));
    return this.goOn(id);
  }

  /** @returns a function that writes down how far a roll-out from before a restart is */
  goOn(id: string): (progress: Progress) => Promise<void> {
    const writer = new ProgressWriter();
    return (progress) => this.store.set(progressKey + id, writer.text(progress));
  }

  /** Roll-outs from before a restart. Never rejects. */
  async load(): Promise<KeptRollOut[]> {
    const found: KeptRollOut[] = [];
    try {
      for (const key of await this.store.keys()) {
        if (!key.startsWith(orderKey)) continue;
        const id = key.slice(orderKey.length);
        const order = readOrder(await this.store.get(key));
        const text = await this.store.get(progressKey + id);
        const progress = order && text !== undefined ? readProgress(text, order.devices.length) : undefined;
        // Without progress, nothing was marked, so nothing was sent.
        if (order && (progress ?? text === undefined)) found.push({ id, order, progress });
        else this.warn(this.words({ key: "errors.rollout-unreadable", params: { id } }));
      }
    } catch (error) {
      this.warn(textOfError(error));
    }
    return found;
  }

  /** A roll-out has ended, and its report has left. */
  remove(id: string): void {
    this.removing = this.removing
      .then(() => this.store.set(progressKey + id, undefined))
      .then(() => this.store.set(orderKey + id, undefined))
      .catch((error: unknown) => this.warn(textOfError(error)));
  }

  /** Resolves when all that has ended is removed. Never rejects. */
  settled(): Promise<void> {
    return this.removing;
  }

  private warn(text: string): void {
    this.node.warn(text);
  }
}
