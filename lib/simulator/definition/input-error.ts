/** Wrong input to the simulator: a file, an option, a port. The message is one clear line for a person. */
export class SimulatorInputError extends Error {
  override readonly name = "SimulatorInputError";

  /**
   * @param outline the same without a word of what a file holds, for those who may not read it; where none is given,
   * the message may quote the file
   */
  constructor(
    message: string,
    readonly outline?: string,
  ) {
    super(message);
  }
}
