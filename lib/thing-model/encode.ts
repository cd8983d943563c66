import { nestsDeeperThan } from "../base/nesting";
import { isSmall, maxArgsBytes, tooLarge } from "./args-size";
import type { Parameter } from "./data-type";
import { encodeQuick } from "./encode-quick";
import { Encoder } from "./encoder";
import type { EncodeOptions, Encoding } from "./encoding";
import { isLosslessObject, readJson } from "./json";
import type { ProblemText } from "./problem";

export type { ComputedParts, EncodeOptions, Encoding } from "./encoding";
export type { ProblemText } from "./problem";

/** Far deeper than any thing model. */
const maxDepth = 64;

/**
 * Converts args to wire format and checks them against the inputs of the service. The time depends on the length of the
 * args and the number of problems to be reported. Never throws.
 * @param args JSON text of one object
 */
export function encodeArgs(
  inputs: readonly Parameter[],
  args: string,
  options: EncodeOptions = {},
): Encoding {
  if (options.notesSteps !== true && args.length <= maxArgsBytes) {
    const quick = encodeQuick(inputs, args, options.isComputed === true, options.properties !== undefined);
    if (quick !== undefined && isSmall(quick)) return { text: quick, problems: [] };
  }
  return encodeExactly(inputs, args, options);
}

/** The exact encoding, for all cases. Exported for the test that compares the quick encoding with it. */
export function encodeExactly(
  inputs: readonly Parameter[],
  args: string,
  options: EncodeOptions = {},
): Encoding {
  if (!isSmall(args)) return refused(args, tooLarge);
  if (nestsDeeperThan(args, maxDepth)) return refused(args, unreadable);
  try {
    const value = readJson(args);
    if (isLosslessObject(value)) return new Encoder(options).encode(value, inputs, args);
  } catch {
    // Not JSON.
  }
  return refused(args, unreadable);
}

const unreadable: ProblemText = { key: "check.unreadable" };

function refused(args: string, text: ProblemText): Encoding {
  return { text: args, problems: [{ path: "", text }] };
}
