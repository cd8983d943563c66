import type { Node } from "node-red";
import { invalidInput } from "../../lib/base/failure";
import type { TlsOptions } from "../../lib/base/tls-options";

/** Core's `tls-config` node. */
export interface TlsNode extends Node {
  valid?: boolean;
  addTLSOptions(options: TlsOptions): TlsOptions;
}

/**
 * The TLS options of a chosen node; undefined where none is chosen.
 * @throws {Failure} `invalid-input` where the chosen node is not there or not usable
 */
export function readTls(node: TlsNode | null | undefined): TlsOptions | undefined {
  if (node === undefined) return undefined;
  if (typeof node?.addTLSOptions !== "function" || node.valid === false) {
    throw invalidInput({ key: "errors.tls-node" });
  }
  return node.addTLSOptions({});
}
