/** A member of a Fifo; it knows its neighbours, so that it can be removed without a search. */
export interface FifoMember<M> {
  previous: M | undefined;
  next: M | undefined;
}

/**
 * A queue, first in, first out, that any member can leave before its turn. An array would keep such members until those
 * in front of them have left, which may be never.
 */
export class Fifo<M extends FifoMember<M>> {
  private last: M | undefined;
  private head: M | undefined;
  private count = 0;

  get size(): number {
    return this.count;
  }

  get first(): M | undefined {
    return this.head;
  }

  /** @param member one that is in no list */
  add(member: M): void {
    member.previous = this.last;
    if (this.last) this.last.next = member;
    else this.head = member;
    this.last = member;
    this.count++;
  }

  /** @param member one that is in this list */
  remove(member: M): void {
    const { previous, next } = member;
    if (previous) previous.next = next;
    else this.head = next;
    if (next) next.previous = previous;
    else this.last = previous;
    // A removed member must not keep its former neighbours from being collected.
    member.previous = undefined;
    member.next = undefined;
    this.count--;
  }
}
