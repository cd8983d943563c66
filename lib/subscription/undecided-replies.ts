import type { DeviceMessage } from "./device-message";

/**
 * Replies with an id that nobody knows, of devices to which a call is just being made: the platform's answer, which tells the
 * id of that call, may be later than the reply to it. So it is not decided yet whether such a reply is that of the call, or
 * one to a command whose id the platform does not tell.
 */
export class UndecidedReplies<C> {
  private readonly calls = new Set<C>();
  private replies: DeviceMessage[] = [];

  constructor(
    /** Whether a reply may be that of a call. */
    private readonly mayBeOf: (call: C, message: DeviceMessage) => boolean,
    /** Called with each reply once the call has its id, or none. */
    private readonly decide: (message: DeviceMessage) => void,
  ) {}

  /** A call is being made. */
  begin(call: C): void {
    this.calls.add(call);
  }

  /** A call has its id, or is over; may be called again. */
  end(call: C): void {
    if (!this.calls.delete(call) || this.replies.length === 0) return;
    const decided = this.replies.filter((reply) => this.mayBeOf(call, reply));
    if (decided.length === 0) return;
    this.replies = this.replies.filter((reply) => !decided.includes(reply));
    for (const reply of decided) this.decide(reply);
  }

  /** @returns whether it is not decided yet, and will be */
  take(message: DeviceMessage): boolean {
    for (const call of this.calls) {
      if (!this.mayBeOf(call, message)) continue;
      if (!this.replies.includes(message)) this.replies.push(message);
      return true;
    }
    return false;
  }
}
