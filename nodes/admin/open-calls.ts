import { RefusedRequest, unusable } from "./refused-request";

/** Calls of one user that may be under way at a time. */
const maxOpen = 3;
/** Ids that are remembered. */
const maxIds = 1000;

/** The calls of dialogs that are under way. A call has an id of its own, so that it is never made twice. */
export class OpenCalls {
  private readonly open = new Map<string, number>();
  private readonly ids = new Set<string>();

  /**
   * @param user blank where nobody has to log in
   * @param id what the dialog calls this call
   * @returns what ends it
   * @throws {RefusedRequest} where the user has too many calls under way, or has already made this one
   */
  begin(user: string, id: unknown): () => void {
    if (typeof id !== "string" || !/^[\w-]{16,64}$/.test(id)) throw unusable("call");
    const count = this.open.get(user) ?? 0;
    if (count >= maxOpen) {
      throw new RefusedRequest("too-many-calls", 429, {
        key: "errors.call-busy",
        params: { limit: maxOpen },
      });
    }
    if (this.ids.has(id)) throw new RefusedRequest("call-repeated", 409, { key: "errors.call-repeated" });
    this.ids.add(id);
    if (this.ids.size > maxIds) this.ids.delete(this.ids.values().next().value!);
    this.open.set(user, count + 1);
    return () => {
      const left = (this.open.get(user) ?? 1) - 1;
      if (left > 0) this.open.set(user, left);
      else this.open.delete(user);
    };
  }
}
