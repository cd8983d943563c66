/** A member of an IndexedList; it knows its own index, so that it is removed without a search. */
export interface Member {
  index: number;
}

/**
 * An unordered collection. A Set would do, but its tables keep deleted members alive until the next full garbage
 * collection, which makes ten times the work for the collector.
 */
export class IndexedList<M extends Member> {
  private readonly members: M[] = [];

  get size(): number {
    return this.members.length;
  }

  /** A copy of the members. */
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
