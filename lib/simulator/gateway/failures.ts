import type { JsonObject } from "../../base/json";

/** Shape (b) of docs/protocol.md, 1.6: the gateway refuses; the request does not reach the back end. */
export class GatewayFailure extends Error {
  override readonly name = "GatewayFailure";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Further keys of the body, and headers. */
    readonly extra: { body?: JsonObject; headers?: Record<string, string> } = {},
  ) {
    super(message);
  }
}

/** Shape (a) of docs/protocol.md, 1.6: HTTP 200 with `Success:false`. */
export class BusinessFailure extends Error {
  override readonly name = "BusinessFailure";

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
