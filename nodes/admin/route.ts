import type { GuardedRequest } from "./request-guard";

/** The part of a request that routes read; values are not checked yet. */
export interface Request extends GuardedRequest {
  params: Record<string, string | undefined>;
  query: Record<string, unknown>;
  body: unknown;
  /** Who has logged in. */
  user?: unknown;
}

/**
 * Answers a request with what becomes the JSON of the response.
 * @param signal is aborted if the browser no longer waits, for example because its dialog was closed
 */
export type Route = (request: Request, signal: AbortSignal) => Promise<unknown>;
