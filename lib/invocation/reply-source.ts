import type { CancelSignal } from "../base/cancellation";
import type { Envelope } from "../base/envelope";
import type { Target } from "./inputs";
import type { Command } from "./operation";

/** A device's answer to an asynchronous command, as the platform forwards it (docs/protocol.md, 8.7). */
export interface Reply extends Envelope {
  /** Of a property set: when the platform created the reply, in UTC milliseconds. */
  generateTime?: number | undefined;
  /** Outputs that do not fit the thing model, as the platform reports them. */
  checkFailedData: unknown;
}

/** How a command that the platform has taken was carried out. */
export interface Confirmation extends Omit<Reply, "code"> {
  /** Undefined where the device was seen to have done it without an answer of its own. */
  code: Reply["code"] | undefined;
}

/** A command that may be confirmed at any moment from now on, even before the platform has answered the call. */
export interface Expectation {
  /**
   * Waits for the confirmation of the command with this id.
   * @param milliseconds that the device has, from now
   * @throws {Failure} as what was seen says, and `reply-timeout` or `closed`, both `unknown`
   */
  reply(messageId: string, milliseconds: number, signal?: CancelSignal): Promise<Confirmation>;
  /** Nobody waits any more. May be called at any time, also twice. */
  end(): void;
}

/** Where confirmations come from: the replies of a subscription, or what devices report. */
export interface ConfirmationSource<C extends Command = Command> {
  /** To be called before the call is sent. */
  expect(target: Target, command: C): Expectation;
}

/** Where replies of asynchronous commands come from: a subscription. */
export interface ReplySource {
  expect(target: Target): ReplyExpectation;
}

interface ReplyExpectation extends Expectation {
  reply(messageId: string, milliseconds: number, signal?: CancelSignal): Promise<Reply>;
}
