import type { Text } from "../base/failure";
import type { OutcomeRecord, SendingRecord } from "./record";

/** Keeps the records of one account's commands. Nothing of it ever rejects, throws or stops a command. */
export interface Audit {
  /**
   * Records that a command is about to be sent.
   * @returns resolves once the command may go out: the record is written, or cannot be; undefined = at once
   */
  sending(record: SendingRecord): Promise<void> | undefined;
  /** Records the outcome of a command; nothing waits for it. */
  ended(record: OutcomeRecord): void;
  /**
   * Writes what is left and ends. Records of calls that are ending at the same moment are still taken. Resolves within
   * seconds, even if the disk does not respond.
   */
  close(): Promise<void>;
}

/**
 * Called once when records begin to be lost, and once when it is over.
 * @param text a sentence for the log
 * @param works whether it is over
 */
export type OnTrouble = (text: Text, works: boolean) => void;
