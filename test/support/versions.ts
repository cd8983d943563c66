export type NodeRedVersion = 4 | 5;

/** The versions of Node-RED to test with: both, or the one that the variable NODE_RED names. */
export const versions: NodeRedVersion[] = chosen(process.env["NODE_RED"]);

function chosen(name: string | undefined): NodeRedVersion[] {
  if (!name) return [4, 5];
  if (name === "4") return [4];
  if (name === "5") return [5];
  throw new Error(`NODE_RED is 4 or 5, not ${name}.`);
}
