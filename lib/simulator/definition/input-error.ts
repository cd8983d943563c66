/** Wrong input to the simulator: a file, an option, a port. The message is one clear line for a person. */
export class SimulatorInputError extends Error {
  override readonly name = "SimulatorInputError";
}
