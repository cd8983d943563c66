import { inspect } from "node:util";
import type { Node } from "node-red";

/**
 * Takes what Node-RED has put on a node, `credentials`, out of sight: they can still be read, but whatever prints,
 * lists or copies the node passes them over. To be called right after `createNode`.
 */
export function hideCredentials(node: Node): void {
  let credentials: unknown = node.credentials;
  if (typeof credentials === "object" && credentials !== null) {
    Object.defineProperty(credentials, inspect.custom, { value: () => "[credentials]", enumerable: false });
  }
  // An accessor, since a value shows in a print of what is hidden as well.
  Object.defineProperty(node, "credentials", {
    get: () => credentials,
    set: (value: unknown) => {
      credentials = value;
    },
    enumerable: false,
    configurable: true,
  });
  // A print of what is hidden leads over the flow to everything in this Node-RED, other nodes' passwords included.
  const { id, type, name } = node;
  Object.defineProperty(node, inspect.custom, {
    value: () => `${type} ${inspect({ id, ...(name && { name }) })}`,
    enumerable: false,
  });
}
