import { Failure, type Text } from "../../lib/base/failure";

/** A request that no dialog of this package makes; `status` is the HTTP status. */
export class RefusedRequest extends Failure {
  constructor(
    code: string,
    readonly status: 400 | 403 | 409 | 415 | 429,
    text: Text,
  ) {
    super({ code, category: "input", outcome: "not-sent", retryable: false, text });
  }
}

/** @param name the part of the request that cannot be used */
export function unusable(name: string): RefusedRequest {
  return new RefusedRequest("bad-request", 400, { key: "errors.look-up-request", params: { name } });
}
