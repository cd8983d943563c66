import { invalidInput } from "../../lib/base/failure";

/** A subscription node. */
interface Owner {
  id: string;
  name?: string;
}

/** Where a subscription logs in, and as whom. */
export interface LoginClaim {
  host: string;
  port: number;
  consumerGroupId: string;
  clientId: string;
  /** Who has the same one shares its connection. */
  share: object;
  key: string;
}

interface Arrival {
  count: number;
  isAll: Promise<void>;
  done: () => void;
}

/** What the subscriptions of this Node-RED know of each other. */
export class Logins {
  private readonly claims = new Map<Owner, LoginClaim>();
  /** By account node: how many of its subscriptions are on their way, and who waits for them. */
  private readonly arriving = new Map<string, Arrival>();

  /**
   * @returns another subscription that takes messages from the same group over a connection of its own
   * @throws {Failure} where one has the same client id there
   */
  claim(claimed: LoginClaim, owner: Owner): Owner | undefined {
    const others = [...this.claims].filter(([other, its]) => other !== owner && isRival(claimed, its));
    const [same] = others.find(([, its]) => its.clientId === claimed.clientId) ?? [];
    if (same) {
      throw invalidInput({ key: "errors.client-id-taken", params: { other: same.name || same.id } });
    }
    this.claims.set(owner, claimed);
    return others[0]?.[0];
  }

  release(owner: Owner): void {
    this.claims.delete(owner);
  }

  /** A subscription of this account is on its way; answers how to say that it is there, or will not come. */
  arrives(accountId: string): () => void {
    const entry = this.arriving.get(accountId) ?? arrival();
    this.arriving.set(accountId, entry);
    entry.count++;
    return () => {
      if (--entry.count > 0) return;
      this.arriving.delete(accountId);
      entry.done();
    };
  }

  /** Resolves once no subscription of this account is on its way; those that start together log in as one. */
  async gathered(accountId: string): Promise<void> {
    await this.arriving.get(accountId)?.isAll;
  }
}

function isRival(one: LoginClaim, other: LoginClaim): boolean {
  const isSameTarget =
    one.host === other.host && one.port === other.port && one.consumerGroupId === other.consumerGroupId;
  return isSameTarget && !(one.share === other.share && one.key === other.key);
}

function arrival(): Arrival {
  let done = (): void => undefined;
  const isAll = new Promise<void>((resolve) => (done = resolve));
  return { count: 0, isAll, done };
}
