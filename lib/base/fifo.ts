/** A member of a Fifo; it knows its neighbours, so that it leaves from anywhere without a search. */
export interface FifoMember<M> {
  previous: M | undefined;
  next: M | undefined;
}

/**
 * First in, first out, where any member may leave before its turn. An array would keep those until the ones in front
 * of them have gone, which may be never.
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
    // What is old and gone must not keep its former neighbours alive for the garbage collector.
    member.previous = undefined;
    member.next = undefined;
    this.count--;
  }
}
