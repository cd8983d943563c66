import { closed } from "../base/failure";
import type { Expectation, Replies, ReplySource } from "./replies";
import type { Answered } from "./reply-message";

/** The replies that one of several users waits for; when it ends, only its own waits end. */
export class HeldReplies implements ReplySource {
  private readonly expectations = new Set<Expectation>();
  private isEnded = false;

  constructor(
    private readonly source: Pick<Replies, "expectAnswerTo">,
    private readonly answered: Answered,
  ) {}

  expect(target: Parameters<ReplySource["expect"]>[0]): Expectation {
    const expected = this.source.expectAnswerTo(this.answered, target);
    const own: Expectation = {
      reply: (messageId, milliseconds, signal) =>
        this.isEnded ? Promise.reject(closed(true)) : expected.reply(messageId, milliseconds, signal),
      end: () => {
        this.expectations.delete(own);
        expected.end();
      },
    };
    this.expectations.add(own);
    return own;
  }

  /** Ends every wait as `closed`, also later ones. */
  end(): void {
    this.isEnded = true;
    for (const expectation of this.expectations) expectation.end();
  }
}
