import { Failure, type Text } from "../../lib/base/failure";

/** Why a simulator does not start, for users who may edit flows and for those who may only view them. */
export class UnusableSimulator extends Failure {
  /** The same without any content of the file, which may be any file of this machine. */
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
