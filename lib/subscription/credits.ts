import type { Receiver } from "rhea";
import { creditOf } from "./rhea-guard";

/**
 * The credits of a link: how many more messages the peer may send. Settled deliveries give theirs back a quarter of all at
 * a time, since every change is a frame to the peer, which answers it with as many messages. If many deliveries are open,
 * so that the peer has few credits left, they are given back at once; it never waits for credits that are kept back.
 * Bench line: "subscription" in bench/messages.ts.
 */
export class Credits {
  /** Of settled deliveries, not given back yet. */
  private kept = 0;

  constructor(
    private readonly receiver: Receiver,
    private readonly total: number,
  ) {}

  begin(): void {
    this.receiver.add_credit(this.total);
  }

  /** A message has arrived, which took a credit. */
  arrived(): void {
    if (this.kept > 0) this.giveBack();
  }

  settled(): void {
    this.kept++;
    this.giveBack();
  }

  private giveBack(): void {
    const few = this.total / 4;
    if (this.kept < few && creditOf(this.receiver) >= few) return;
    this.receiver.add_credit(this.kept);
    this.kept = 0;
  }
}
