import type { CancelSignal } from "../../base/cancellation";
import { closed, Failure } from "../../base/failure";

/** Few, so that the reads of flows find a connection free. */
const askedAtOnce = 3;
/** Further calls to find the names that the platform refuses. */
const maxFurtherCalls = 500;

/** What to ask the platform about many names, of one product in each call. */
interface ManyNames {
  names: ReadonlyMap<string, readonly string[]>;
  /** What one call takes. */
  maxInOneCall: number;
  /** Asks for some names, and keeps what it learns. */
  ask: (productKey: string, names: readonly string[]) => Promise<void>;
  /** The platform refuses a call for this name alone. */
  refused: (productKey: string, name: string) => void;
  signal: CancelSignal | undefined;
}

/**
 * Asks about many names. Whether the platform refuses a call because of one name that does not exist, or leaves that name out of
 * its answer, is not known; a refused call is therefore made again for each half of its names. These calls only read.
 * @throws {Failure} that is not about a name; or `closed`
 */
export async function askMany({ names, maxInOneCall, ask, refused, signal }: ManyNames): Promise<void> {
  let further = 0;
  const askFor = async (productKey: string, some: readonly string[]): Promise<void> => {
    if (signal?.aborted) throw closed(false);
    try {
      await ask(productKey, some);
    } catch (error) {
      if (!(error instanceof Failure) || error.category !== "not-found") throw error;
      if (some.length === 1) return refused(productKey, some[0]!);
      further += 2;
      if (further > maxFurtherCalls) return;
      const half = Math.ceil(some.length / 2);
      await askFor(productKey, some.slice(0, half));
      await askFor(productKey, some.slice(half));
    }
  };
  const calls = chunksOf(names, maxInOneCall);
  let isOver = false;
  const work = async (): Promise<void> => {
    try {
      for (const [productKey, some] of calls) {
        if (isOver) return;
        await askFor(productKey, some);
      }
    } catch (error) {
      isOver = true;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: askedAtOnce }, work));
}

function* chunksOf(
  names: ReadonlyMap<string, readonly string[]>,
  size: number,
): Generator<[productKey: string, names: readonly string[]]> {
  for (const [productKey, all] of names) {
    for (let at = 0; at < all.length; at += size) yield [productKey, all.slice(at, at + size)];
  }
}
