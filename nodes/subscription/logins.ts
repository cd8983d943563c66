import { invalidInput } from "../../lib/base/failure";

/** A subscription node. */
interface Owner {
  id: string;
  name?: string;
}

/** The host, client and group of a subscription's login. */
export interface LoginClaim {
  host: string;
  port: number;
  consumerGroupId: string;
  clientId: string;
  /** Subscriptions with the same object share a connection. */
  share: object;
  key: string;
  /** Subscriptions with the same one hand messages over to each other; undefined: this one does so with nobody. */
  group: string | undefined;
}

interface Arrival {
  count: number;
  isAll: Promise<void>;
  done: () => void;
}

/** The subscriptions of this Node-RED, to find conflicts between them. */
export class Logins {
  private readonly claims = new Map<Owner, LoginClaim>();
  /** By account node: how many of its subscriptions are starting, and what waits for them. */
  private readonly arriving = new Map<string, Arrival>();

  /**
   * @returns another subscription that receives messages of the same group over a separate connection, and hands none over
   * @throws {Failure} where one has the same client id there
   */
  claim(claimed: LoginClaim, owner: Owner): Owner | undefined {
    const others = [...this.claims].filter(([other, its]) => other !== owner && isRival(claimed, its));
    const [same] = others.find(([, its]) => its.clientId === claimed.clientId) ?? [];
    if (same) {
      throw invalidInput({ key: "errors.client-id-taken", params: { other: same.name || same.id } });
    }
    this.claims.set(owner, claimed);
    const isStranger = ({ group }: LoginClaim): boolean => group === undefined || group !== claimed.group;
    return others.find(([, its]) => isStranger(its))?.[0];
  }

  release(owner: Owner): void {
    this.claims.delete(owner);
  }

  /** A subscription of this account is starting; returns a function to be called when it has started or failed. */
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

  /** Resolves once no subscription of this account is starting, so that those that start together share a login. */
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
