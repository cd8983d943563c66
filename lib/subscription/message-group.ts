import type { DeviceMessage } from "./device-message";

/**
 * What a Node-RED says of a reply: its call has it; a call that has no id yet may wait for it, so it is kept; the call was its
 * own, and waits no longer; none of these.
 */
export type Judgement = "taken" | "awaited" | "past" | "nobody";

/** The same of all other Node-REDs together; `later`: ask again; `unknown`: one that may wait cannot be asked. */
type Finding = Judgement | "later" | "unknown";

/** Whose a message is: this Node-RED's, already processed, another one's; ask again; or that cannot be known. */
type Claim = "ours" | "done" | "theirs" | "later" | "unknown";

/** Several Node-REDs that receive the messages of one consumer group between them. */
export interface MessageGroup {
  /** Who judges replies that others have received, which come as they have sent them. */
  serve(judge: (content: unknown) => Judgement): void;
  /** Resolves once the others can be heard. */
  joined(): Promise<void>;
  /** Asks the others whether one of them waits for a reply, and gives it to that one. Never rejects. */
  offer(message: DeviceMessage): Promise<Finding>;
  /** Asks whether a message may be processed here. Never rejects. */
  claim(messageId: string): Promise<Claim>;
  /** A message has been acknowledged. */
  done(messageId: string): void;
  /** A message goes back to the platform. */
  free(messageId: string): void;
  close(): Promise<void>;
}
