import { inspect } from "node:util";
import type { Node } from "node-red";

/**
 * Hides the `credentials` that Node-RED has added to a node: they can still be read, but are skipped by everything that
 * prints, lists or copies the node. To be called before anything else is done with the node.
 */
export function hideCredentials(node: Node): void {
  let credentials: unknown = node.credentials;
  if (typeof credentials === "object" && credentials !== null) {
    Object.defineProperty(credentials, inspect.custom, { value: () => "[credentials]", enumerable: false });
  }
  // An accessor, because a printout with hidden properties would show a value.
  Object.defineProperty(node, "credentials", {
    get: () => credentials,
    set: (value: unknown) => {
      credentials = value;
    },
    enumerable: false,
    configurable: true,
  });
  // Through the flow, a printout with hidden properties would reach all of this Node-RED, including other nodes' passwords.
  const { id, type, name } = node;
  Object.defineProperty(node, inspect.custom, {
    value: () => `${type} ${inspect({ id, ...(name && { name }) })}`,
    enumerable: false,
  });
}
