/** Message ids remembered; at 500 calls a second those of the last 100 s at least. */
const mostIds = 50_000;

/**
 * The ids of the asynchronous calls that an account has made of late, so that a subscription can tell a reply
 * to one of them from a reply to somebody else's call.
 */
export class IssuedCalls {
  private readonly ids = new Set<string>();

  add(messageId: string): void {
    this.ids.add(messageId);
    if (this.ids.size > mostIds) this.ids.delete(this.ids.values().next().value!);
  }

  has(messageId: string): boolean {
    return this.ids.has(messageId);
  }
}
