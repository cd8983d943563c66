import type { Node, NodeAPI } from "node-red";
import { invalidInput } from "../../lib/base/failure";

/** The context of a node in one store. */
export class KeepStore {
  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    readonly name: string,
  ) {}

  /**
   * What is kept has to be on the disk before a device is commanded, so a store that keeps it in memory for a while will not do.
   * Stores that write at once offer no synchronous access.
   * @throws {Failure} `invalid-input`
   */
  check(): void {
    const { name } = this;
    const { contextStorage } = this.RED.settings as { contextStorage?: unknown };
    const isListed = typeof contextStorage === "object" && contextStorage !== null;
    if (isListed && !Object.hasOwn(contextStorage, name))
      throw invalidInput(
        { key: "errors.rollout-keep-missing", params: { store: name } },
        "hints.rollout-keep-store",
      );
    try {
      this.node.context().get("rollout", name);
    } catch {
      return;
    }
    throw invalidInput(
      { key: "errors.rollout-keep-store", params: { store: name } },
      "hints.rollout-keep-store",
    );
  }

  get(key: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.node.context().get(key, this.name, (error: Error | null, value: unknown) => {
        if (error) reject(error);
        else resolve(value);
      });
    });
  }

  /** Resolves when it is on the disk; undefined removes it. */
  set(key: string, value: string | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.node.context().set(key, value, this.name, (error?: Error | null) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  keys(): Promise<string[]> {
    return new Promise((resolve, reject) => {
      this.node.context().keys(this.name, (error: Error | null, keys?: unknown[]) => {
        if (error) reject(error);
        else resolve((keys ?? []).map(String));
      });
    });
  }
}
