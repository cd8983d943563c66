import { types } from "node:util";

const property = "confirmed";

/**
 * Whether somebody has confirmed the command of a message, which it says no more from now on: it confirms one command
 * only. Only a property of the message itself that is the boolean `true` counts, since what a getter or a proxy says
 * may change from one look to the next.
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

/** Whether a message still says so: it cannot be written to. */
export function isConfirmationLeft(msg: object): boolean {
  try {
    return Object.hasOwn(msg, property);
  } catch {
    return true;
  }
}

/** Takes `msg.confirmed` off, where that is possible. */
function removeConfirmation(msg: object): void {
  try {
    delete (msg as Record<string, unknown>)[property];
  } catch {
    // It then leaves with a copy.
  }
}
