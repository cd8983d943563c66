/** Options for a TLS socket, as core's `tls-config` node fills them in. */
export type TlsOptions = Record<string, unknown>;
