import { types } from "node:util";

const property = "confirmed";

/**
 * Whether the command of a message is confirmed. Also removes the confirmation, which is valid for one command only. It
 * must be an own data property with the boolean `true`, since the value of a getter or a proxy may change between two
 * reads.
 */
export function takeConfirmation(msg: object): boolean {
  try {
    const own = Object.getOwnPropertyDescriptor(msg, property);
    if (!own) return false;
    removeConfirmation(msg);
    return own.value === true && !types.isProxy(msg);
  } catch {
    return false;
  }
}

/** Whether a confirmation is still there, because the message is read-only. */
export function isConfirmationLeft(msg: object): boolean {
  try {
    return Object.hasOwn(msg, property);
  } catch {
    return true;
  }
}

/** Removes `msg.confirmed`, if possible. */
function removeConfirmation(msg: object): void {
  try {
    delete (msg as Record<string, unknown>)[property];
  } catch {
    // The node then sends a copy.
  }
}
