import { Failure, type Text } from "../../lib/base/failure";

/** A simulator that does not start, for those who look after the flow and for those who only look. */
export class UnusableSimulator extends Failure {
  /** The same without a word of the file, which may be any file of this machine. */
  readonly outline: Text;

  /**
   * @param reason may quote the file
   * @param outline must not
   */
  constructor(reason: string, outline: string) {
    super({
      code: "invalid-input",
      category: "input",
      outcome: "not-sent",
      retryable: false,
      text: { key: "errors.simulator", params: { reason } },
    });
    this.outline = { key: "errors.simulator", params: { reason: outline } };
  }
}
