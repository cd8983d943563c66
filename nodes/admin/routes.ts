import type { NodeAPI } from "node-red";
import { asFailure } from "../../lib/base/as-failure";
import { type Category, Failure, type Text } from "../../lib/base/failure";
import { accountType } from "../common/account-node";
import { UnusableSimulator } from "../common/unusable-simulator";
import { RefusedRequest } from "./refused-request";
import { type GuardedRequest, refuseForeignSite, refuseOtherTypes } from "./request-guard";

/** The part of a request that routes read; values are not checked yet. */
export interface Request extends GuardedRequest {
  params: Record<string, string | undefined>;
  query: Record<string, unknown>;
  body: unknown;
  /** Who has logged in. */
  user?: unknown;
}

interface Response {
  readonly writableFinished: boolean;
  status(code: number): Response;
  json(body: unknown): void;
  once(event: "close", listener: () => void): void;
}

/** @param signal is aborted if the browser no longer waits, for example because its dialog was closed */
export type Route = (request: Request, signal: AbortSignal) => Promise<unknown>;

/** A failure as the dialog shows it. */
interface FailureView {
  code: string;
  text: Text | string;
  hint?: Text;
  /** Whether the account is the cause, so that every look-up with it fails alike. */
  isOfAccount?: true;
}

/**
 * Adds a route to Node-RED's admin API. All routes of this package are added here: they need the permission, refuse pages
 * of other sites, and accept only JSON or no body.
 */
export function addRoute(
  RED: NodeAPI,
  method: "get" | "post",
  path: string,
  permission: "read" | "write" | "call",
  route: Route,
): void {
  const guardSite = guard((request) =>
    refuseForeignSite(request, (RED.settings as { httpAdminCors?: unknown }).httpAdminCors),
  );
  const guardType = guard(async (request) => refuseOtherTypes(request));
  const allowed = RED.auth.needsPermission(`${accountType}.${permission}`);
  const permitted = permission === "call" ? [RED.auth.needsPermission(""), forbidding(allowed)] : [allowed];
  RED.httpAdmin[method](
    path,
    ...([guardSite, ...permitted, guardType, answering(route)] as unknown as [typeof allowed]),
  );
}

/**
 * Answers 403 with a reason where Node-RED answers 401 and nothing: its permissions `read` and `write` do not include
 * this one, and a user who has logged in has to learn what is missing.
 */
function forbidding(allowed: unknown): Handler {
  return (request, response, next) => {
    const forbidden = new RefusedRequest("forbidden", 403, { key: "errors.call-forbidden" });
    const refusing = Object.create(response, {
      status: { value: () => ({ end: () => refuse(response, forbidden) }) },
    }) as Response;
    (allowed as Handler)(request, refusing, next);
  };
}

type Handler = (request: Request, response: Response, next: () => void) => void;

function guard(check: (request: Request) => Promise<void>): Handler {
  return (request, response, next) => {
    void check(request).then(next, (error: unknown) => refuse(response, error));
  };
}

/**
 * Turns a route into a handler that always answers with JSON. A failure of the platform is answered with 200 and
 * `failed`, so that the browser does not report an error.
 */
function answering(route: Route): Handler {
  return (request, response) => {
    const leaving = new AbortController();
    response.once("close", () => {
      if (!response.writableFinished) leaving.abort();
    });
    void route(request, leaving.signal)
      .then((body) => response.json(body))
      .catch((error: unknown) => refuse(response, error))
      .catch(() => undefined);
  };
}

function refuse(response: Response, error: unknown): void {
  response.status(statusOf(error)).json({ failed: describeFailure(error) });
}

/** A failure as it is sent to the browser. */
export function describeFailure(error: unknown): FailureView {
  const failure = asFailure(error, "not-sent");
  const { code, advice } = failure;
  const text = failure instanceof UnusableSimulator ? failure.outline : failure.text;
  const isOfAccount = accountFailures.has(failure) || ofAccounts.includes(failure.category);
  return { code, text, ...(advice !== undefined && { hint: advice }), ...(isOfAccount && { isOfAccount }) };
}

const ofAccounts: readonly Category[] = ["credentials", "permission", "network", "timeout"];
/** Failures of other categories for which an account is the cause. */
const accountFailures = new WeakSet<Failure>();

/**
 * Opens an account.
 * @throws {Failure} which is described as one of the account
 */
export async function openedAccount<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof Failure) accountFailures.add(error);
    throw error;
  }
}

function statusOf(error: unknown): number {
  if (error instanceof RefusedRequest) return error.status;
  return error instanceof Failure ? 200 : 500;
}
