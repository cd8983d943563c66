/** How many Node-REDs use an account, as of the last heartbeat. */
export class AccountMembers {
  /** Users of this object; the last one that leaves ends it. */
  uses = 0;
  /** How many Node-REDs there were last; 0: not known yet. */
  known = 0;

  constructor(
    readonly identity: string,
    /** Of the hash in Redis. */
    readonly key: string,
    private readonly onLeft: () => void,
  ) {}

  /** @param members as Redis has counted them, this one included */
  count(members: number): void {
    this.known = members;
  }

  leave(): void {
    if (--this.uses === 0) this.onLeft();
  }
}
