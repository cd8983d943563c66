/** Wrong input to the simulator, such as a file, an option or a port. The message is one line for the user. */
export class SimulatorInputError extends Error {
  override readonly name = "SimulatorInputError";

  /**
   * @param outline the message without any content of a file, for users who may not read it; without it, the message may
   * quote the file
   */
  constructor(
    message: string,
    readonly outline?: string,
  ) {
    super(message);
  }
}
