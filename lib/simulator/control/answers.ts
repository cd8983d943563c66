import { Value } from "../definition/checks";
import { SimulatorInputError } from "../definition/input-error";
import type { Answer } from "../gateway/answer";
import type { RawRequest } from "../gateway/gateway";

export function complaint(status: number, message: string): Answer {
  return json(status, { error: message });
}

export function json(status: number, body: unknown): Answer {
  return {
    status,
    headers: { "content-type": "application/json;charset=utf-8" },
    body: JSON.stringify(body),
  };
}

/** Carries out a request; wrong input is answered with 400 and a message. */
export function attempt(act: () => Answer): Answer {
  try {
    return act();
  } catch (error) {
    if (error instanceof SimulatorInputError) return complaint(400, error.message);
    throw error;
  }
}

/**
 * The JSON body; blank counts as `{}`.
 * @throws {SimulatorInputError}
 */
export function bodyOf({ body, tooLarge }: RawRequest, name: string): Value {
  if (tooLarge) throw new SimulatorInputError(`${name}: the body is too large`);
  if (body.length === 0) return new Value({}, name, "");
  try {
    return new Value(JSON.parse(body.toString("utf8")), name, "");
  } catch {
    throw new SimulatorInputError(`${name}: the body must be JSON`);
  }
}

/**
 * The elements of a JSON array in the body.
 * @throws {SimulatorInputError}
 */
export function listOf(request: RawRequest, name: string): Value[] {
  let raw: unknown;
  try {
    raw = JSON.parse(request.body.toString("utf8"));
  } catch {
    raw = undefined;
  }
  if (!Array.isArray(raw)) throw new SimulatorInputError(`expected a JSON array of ${name}`);
  return new Value(raw, name, "").list();
}
