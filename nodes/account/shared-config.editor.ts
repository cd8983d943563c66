import { withoutPresent } from "./present-config.editor";

interface View {
  importNodes(nodes: unknown, options?: unknown): unknown;
}

/**
 * Lets flows that share an account or a subscription be imported one after another. Node-RED asks what to do about each
 * imported node whose id is taken; where that node is the same already, there is nothing to ask.
 */
export function keepSharedConfig(): void {
  // The published type is that of an older Node-RED.
  const view = RED.view as unknown as View;
  const importNodes = view.importNodes.bind(view);
  view.importNodes = (nodes, options) =>
    importNodes(
      withoutPresent(nodes, options, (id) => RED.nodes.node(id)),
      options,
    );
}
