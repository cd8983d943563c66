import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import type { Catalog, ProductRow } from "../../lib/look-up/catalog";
import type { RuleTexts } from "../../lib/rules/decision";
import type { Glob } from "../../lib/rules/glob";
import { readRules, type Rule } from "../../lib/rules/rule";

/** What a rule matches at present. */
interface RuleMatch {
  /** Line number of the rule, from 1. */
  line: number;
  products: number;
  devices: number;
  /** Whether there may be more: only a part was looked at. */
  isAtLeast: boolean;
}

interface RuleMatches {
  allow: RuleMatch[];
  confirm: RuleMatch[];
  /** Why only a part was looked at, where the platform refused the rest. */
  failure?: unknown;
}

type Source = Pick<Catalog, "products" | "firstDevices">;

/** A user waits for the answer, and the browser gives up after 20 s. */
const patienceMs = 12_000;
const maxProducts = 1000;
/** Products whose devices are loaded, and how many of each. */
const maxProductsLoaded = 50;
const maxDevicesLoaded = 2000;
const loadedAtOnce = 4;
/** Patterns times names. */
const maxComparisons = 5_000_000;
const comparisonsPerTurn = 50_000;

/**
 * Counts the products and devices of an account that each rule matches. The work is bounded; a count that covers only
 * a part says so.
 * @throws {Failure} where not even the products can be listed
 */
export async function matchesOf(texts: RuleTexts, catalog: Source): Promise<RuleMatches> {
  const allow = readRules(texts.allow).rules.map((rule) => new Count(rule));
  const confirm = readRules(texts.confirm).rules.map((rule) => new Count(rule));
  const counting = new Counting([...allow, ...confirm], catalog);
  const patience = new AbortController();
  try {
    await Promise.race([
      counting.run(),
      sleep(patienceMs, undefined, { ref: false, signal: patience.signal }),
    ]);
  } finally {
    patience.abort();
    counting.stop();
  }
  const { failure } = counting;
  return {
    allow: allow.map((count) => count.found()),
    confirm: confirm.map((count) => count.found()),
    ...(failure !== undefined && { failure }),
  };
}

/** A rule and its counts so far. */
class Count {
  products = 0;
  devices = 0;
  isWhole = false;

  constructor(private readonly rule: Rule) {}

  get product(): Glob {
    return this.rule.productKey;
  }

  get device(): Glob {
    return this.rule.deviceName;
  }

  get isForAll(): boolean {
    return this.device.pattern === "*";
  }

  found(): RuleMatch {
    const { rule, products, devices, isWhole } = this;
    return { line: rule.line, products, devices, isAtLeast: !isWhole };
  }
}

class Counting {
  failure: unknown;
  private isStopped = false;
  private comparisons = 0;
  /** Rules with an incomplete count. */
  private readonly partial = new Set<Count>();

  constructor(
    private readonly counts: readonly Count[],
    private readonly catalog: Source,
  ) {}

  stop(): void {
    this.isStopped = true;
  }

  async run(): Promise<void> {
    if (this.counts.length === 0) return;
    const { rows, isWhole } = await this.listProducts();
    const work: { product: ProductRow; counts: Count[] }[] = [];
    for (const product of rows) {
      await this.compare(this.counts.length);
      const counts = this.counts.filter((count) => count.product.matches(product.productKey));
      for (const count of counts) count.products++;
      if (counts.length > 0) work.push({ product, counts });
    }
    let loaded = 0;
    const next = async (): Promise<void> => {
      for (let item = work.shift(); item && !this.isStopped; item = work.shift()) {
        const { product, counts } = item;
        const isToLoad = product.deviceCount === undefined || counts.some((count) => !count.isForAll);
        if (!isToLoad) for (const count of counts) count.devices += product.deviceCount ?? 0;
        else if (++loaded <= maxProductsLoaded) await this.countDevices(product, counts);
        else for (const count of counts) this.partial.add(count);
      }
    };
    await Promise.all(Array.from({ length: loadedAtOnce }, next));
    if (this.isStopped || !isWhole) return;
    for (const count of this.counts) count.isWhole = !this.partial.has(count);
  }

  private async listProducts(): Promise<{ rows: ProductRow[]; isWhole: boolean }> {
    for (;;) {
      const found = await this.catalog.products({ text: "", offset: 0, limit: maxProducts });
      const isMore = found.isLoading && found.rows.length < maxProducts;
      if (isMore && !this.isStopped) continue;
      this.failure ??= found.failure;
      // A name with a slash in it matches no rule.
      const rows = found.rows.filter(({ productKey }) => !productKey.includes("/"));
      const isWhole = !found.isLoading && found.failure === undefined && found.total <= found.rows.length;
      return { rows, isWhole };
    }
  }

  /** Never rejects. */
  private async countDevices({ productKey, deviceCount }: ProductRow, counts: Count[]): Promise<void> {
    const maxCount = counts.every((count) => count.isForAll) ? 1 : maxDevicesLoaded;
    try {
      const found = await this.catalog.firstDevices(productKey, maxCount, () => this.isStopped);
      const names = [...found.names].filter((name) => !name.includes("/"));
      for (const count of counts) {
        if (count.isForAll) {
          count.devices += Math.max(found.total, deviceCount ?? 0);
          continue;
        }
        if (!count.device.pattern.includes("*")) {
          // There is no second one of this name.
          if (found.names.has(count.device.pattern)) count.devices++;
          else if (!found.isWhole) this.partial.add(count);
          continue;
        }
        if (!found.isWhole || this.comparisons > maxComparisons) this.partial.add(count);
        if (this.comparisons > maxComparisons) continue;
        await this.compare(names.length);
        for (const name of names) if (count.device.matches(name)) count.devices++;
      }
    } catch (error) {
      this.failure ??= error;
      for (const count of counts) this.partial.add(count);
    }
  }

  /** Counts comparisons, and yields to the event loop from time to time. */
  private async compare(times: number): Promise<void> {
    const before = this.comparisons;
    this.comparisons += times;
    const turns = (count: number): number => Math.floor(count / comparisonsPerTurn);
    if (turns(before) !== turns(this.comparisons)) await turn();
  }
}
