import assert from "node:assert/strict";
import { type Found, Listing, type Page } from "../../lib/look-up/listing";

describe("a list that the platform gives page by page", () => {
  const names = Array.from({ length: 1000 }, (_none, n) => `lamp-${String(n).padStart(4, "0")}`);
  let pages = 0;

  /** Pages of 100, each when it is let out. */
  function paged(gate: (page: number) => Promise<void> = async () => undefined): Listing<string> {
    pages = 0;
    const load = async (next = "0"): Promise<Page<string>> => {
      pages++;
      await gate(Number(next));
      const end = Number(next) + 100;
      return {
        rows: names.slice(Number(next), end),
        total: names.length,
        next: end < names.length ? String(end) : undefined,
      };
    };
    return new Listing(
      load,
      (row) => [row],
      () => now,
    );
  }
  let now = 0;

  it("is loaded once for everybody", async () => {
    const listing = paged();
    const searches = [1, 2, 3].map(() => listing.search({ text: "0999", offset: 0, limit: 10 }));
    for (const found of await Promise.all(searches)) assert.deepEqual(found.rows, ["lamp-0999"]);
    assert.equal(pages, 10);
    now += 30_000;
    await listing.search({ text: "", offset: 0, limit: 10 });
    assert.equal(pages, 10);
  });

  it("answers with the loaded rows while more are loading, and says so", async () => {
    const listing = paged((page) => (page < 200 ? Promise.resolve() : new Promise(() => undefined)));
    const first = await listing.search({ text: "", offset: 0, limit: 50 });
    assert.equal(first.rows.length, 50);
    const found = await listing.search({ text: "lamp-0999", offset: 0, limit: 50 });
    assert.deepEqual([found.rows, found.loaded, found.total, found.isLoading], [[], 200, 1000, true]);
  });

  it("gives all rows without a search once it has them, as long as they are recent, and never a part", async () => {
    now = 0;
    let release: () => void = () => undefined;
    const listing = paged((page) =>
      page < 900 ? Promise.resolve() : new Promise((resolve) => (release = resolve)),
    );
    assert.equal(listing.whole(), undefined, "nothing is loaded for it");
    await listing.search({ text: "lamp-0899", offset: 0, limit: 1 });
    assert.equal(listing.whole(), undefined, "the last page is missing");
    release();
    await listing.search({ text: "lamp-0999", offset: 0, limit: 1 });
    assert.equal(listing.whole()?.length, 1000);
    now += 61_000;
    assert.equal(listing.whole(), undefined);
    assert.equal(pages, 10);
  });

  it("is not all that there is where pages end early", async () => {
    const listing = new Listing<string>(
      async () => ({ rows: ["a", "b"], total: 3, next: undefined }),
      (row) => [row],
    );
    await listing.search({ text: "", offset: 0, limit: 10 });
    assert.equal(listing.whole(), undefined);
  });

  it("puts the same text first, then beginnings, then parts, without regard to case", async () => {
    const texts = ["a lamp", "LAMP 2", "Lamp", "lamp 1", "stove"];
    const listing = new Listing<string>(
      async () => ({ rows: texts, total: 5, next: undefined }),
      (row) => [row],
    );
    const { rows, matches } = await listing.search({ text: " lamp ", offset: 0, limit: 10 });
    assert.deepEqual([rows, matches], [["Lamp", "LAMP 2", "lamp 1", "a lamp"], 4]);
    assert.deepEqual((await listing.search({ text: "lamp", offset: 1, limit: 2 })).rows, [
      "LAMP 2",
      "lamp 1",
    ]);
  });

  it("is reloaded after a minute, and shows the old rows meanwhile", async () => {
    let isHeld = false;
    const listing = paged(() => (isHeld ? new Promise(() => undefined) : Promise.resolve()));
    await listing.search({ text: "0999", offset: 0, limit: 1 });
    now += 61_000;
    isHeld = true;
    const found = await listing.search({ text: "0999", offset: 0, limit: 1 });
    assert.deepEqual([found.rows, found.isLoading], [["lamp-0999"], true]);
    assert.equal(pages, 11);
  });

  it("fails if the first page fails, and keeps the rows if a later one does", async () => {
    let failing = 0;
    const listing = paged(async (page) => {
      if (page >= failing) throw new Error("offline");
    });
    await assert.rejects(listing.search({ text: "", offset: 0, limit: 1 }), /offline/);
    failing = 300;
    now += 10_000;
    const found = await listing.search({ text: "0999", offset: 0, limit: 1 });
    assert.deepEqual(
      [found.loaded, found.isLoading, (found.failure as Error).message],
      [300, false, "offline"],
    );
  });

  it("ends at a page without new rows, and accepts pages of any length", async () => {
    let asked = 0;
    const same = new Listing<string>(
      async () => ({ rows: ["a", "b", "a"], total: 1e9, next: String(++asked) }),
      (row) => [row],
    );
    const found = await all(same);
    assert.deepEqual([found.rows, asked], [["a", "b"], 2]);
    const wide = new Listing<number>(
      async () => ({ rows: Array.from({ length: 200_000 }, (_none, n) => n), total: 200_000, next: "more" }),
      (row) => [String(row)],
    );
    assert.equal((await all(wide)).loaded, 50_000);
  });

  it("requests a limited number of pages if each brings few rows", async () => {
    let asked = 0;
    const slow = new Listing<string>(
      async () => ({ rows: [`row${asked++}`], total: 1e9, next: String(asked) }),
      (row) => [row],
    );
    await all(slow);
    assert.equal(asked, 1200);
  });

  async function all<Row>(listing: Listing<Row>): Promise<Found<Row>> {
    let found = await listing.search({ text: "", offset: 0, limit: 10 });
    while (found.isLoading) found = await listing.search({ text: "none", offset: 0, limit: 1 });
    return listing.search({ text: "", offset: 0, limit: 10 });
  }

  it("ends if the platform repeats the same page forever", async () => {
    let asked = 0;
    const endless = new Listing<string>(
      async () => ({ rows: Array.from({ length: 1000 }, () => `row${asked++}`), total: 1e9, next: "again" }),
      (row) => [row],
    );
    let found = await endless.search({ text: "none", offset: 0, limit: 1 });
    while (found.isLoading) found = await endless.search({ text: "none", offset: 0, limit: 1 });
    assert.equal(found.loaded, 50_000);
  });
});
