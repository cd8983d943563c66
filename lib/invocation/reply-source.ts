import type { CancelSignal } from "../base/cancellation";
import type { Envelope } from "../base/envelope";
import type { Target } from "./inputs";

/** A device's answer to an asynchronous service, as the platform forwards it (docs/protocol.md, 8.7). */
export interface Reply extends Envelope {
  /** Outputs that do not fit the thing model, as the platform reports them. */
  checkFailedData: unknown;
}

/** A call whose reply may come at any moment from now on, even before the platform has answered the call. */
export interface Expectation {
  /**
   * Waits for the reply to the command with this id.
   * @param milliseconds that the device has, from now
   * @throws {Failure} `reply-timeout` or `closed`, both `unknown`
   */
  reply(messageId: string, milliseconds: number, signal?: CancelSignal): Promise<Reply>;
  /** Nobody waits any more. May be called at any time, also twice. */
  end(): void;
}

/** Where replies of asynchronous services come from: a subscription. */
export interface ReplySource {
  /** To be called before the call is sent. */
  expect(target: Target): Expectation;
}
