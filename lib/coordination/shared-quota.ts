import type { Demand, Pace } from "../base/pace";
import type { Coordination } from "./coordination";
import { type SharedLimit, SharedPace } from "./shared-pace";

/** The limits of one account, which all Node-REDs share that name the same Redis and prefix. */
export class SharedQuota {
  constructor(
    private readonly coordination: Coordination,
    /** What tells the account from others; part of the names of keys. */
    private readonly identity: string,
  ) {}

  /** The pace of one of the limits, for the queue whose calls it lets start. */
  pace(limit: SharedLimit, demand: Demand): Pace {
    return new SharedPace(this.coordination, this.coordination.account(this.identity), limit, demand);
  }
}
