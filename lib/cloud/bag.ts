/** Something that knows where it stands in its bag. */
export interface Member {
  place: number;
}

/**
 * What is under way, in no order. A Set would do, but its tables grow old with what was deleted still in them, which
 * then lives on until the next full collection: ten times the work for the garbage collector.
 */
export class Bag<M extends Member> {
  private readonly members: M[] = [];

  get size(): number {
    return this.members.length;
  }

  /** Those that are in it now; what is done to the bag later does not change them. */
  list(): M[] {
    return this.members.slice();
  }

  add(member: M): void {
    member.place = this.members.push(member) - 1;
  }

  /** @param member one that is in it */
  remove(member: M): void {
    const last = this.members.pop()!;
    if (last === member) return;
    this.members[member.place] = last;
    last.place = member.place;
  }
}
