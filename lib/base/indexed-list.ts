/** A member of an IndexedList; it knows its own index, so that it is removed without a search. */
export interface Member {
  index: number;
}

/**
 * What is under way, in no order. A Set would do, but its tables grow old with what was deleted still in them, which
 * then lives on until the next full collection: ten times the work for the garbage collector.
 */
export class IndexedList<M extends Member> {
  private readonly members: M[] = [];

  get size(): number {
    return this.members.length;
  }

  /** Those that are in it now; what is done to the list later does not change them. */
  list(): M[] {
    return this.members.slice();
  }

  add(member: M): void {
    member.index = this.members.push(member) - 1;
  }

  /** @param member one that is in it */
  remove(member: M): void {
    const last = this.members.pop()!;
    if (last === member) return;
    this.members[member.index] = last;
    last.index = member.index;
  }
}
