import type { NodeAPI } from "node-red";
import { asFailure } from "../../lib/base/as-failure";
import { type Category, Failure, type Text } from "../../lib/base/failure";
import { UnusableSimulator } from "../common/unusable-simulator";
import { RefusedRequest } from "./refused-request";
import { refuseForeignSite, refuseOtherTypes } from "./request-guard";
import type { Request, Route } from "./route";

interface Response {
  readonly writableFinished: boolean;
  status(code: number): Response;
  json(body: unknown): void;
  once(event: "close", listener: () => void): void;
}

/** A failure as the dialog shows it. */
interface FailureView {
  code: string;
  text: Text | string;
  hint?: Text;
  /** Whether the account is the cause, so that every look-up with it fails alike. */
  isOfAccount?: true;
}

export type Handler = (request: Request, response: Response, next: () => void) => void;

/** Refuses requests that pages of other sites make. */
export function guardingSite(RED: NodeAPI): Handler {
  return guard((request) =>
    refuseForeignSite(request, (RED.settings as { httpAdminCors?: unknown }).httpAdminCors),
  );
}

/** Refuses what is neither JSON nor without a body. */
export function guardingType(): Handler {
  return guard(async (request) => refuseOtherTypes(request));
}

/**
 * Answers 403 with a reason where Node-RED answers 401 and nothing: its permissions `read` and `write` do not include
 * this one, and a user who has logged in has to learn what is missing.
 */
export function forbidding(allowed: unknown): Handler {
  return (request, response, next) => {
    const forbidden = new RefusedRequest("forbidden", 403, { key: "errors.call-forbidden" });
    const refusing = Object.create(response, {
      status: { value: () => ({ end: () => refuse(response, forbidden) }) },
    }) as Response;
    (allowed as Handler)(request, refusing, next);
  };
}

function guard(check: (request: Request) => Promise<void>): Handler {
  return (request, response, next) => {
    void check(request).then(next, (error: unknown) => refuse(response, error));
  };
}

/**
 * Turns a route into a handler that always answers with JSON. A failure of the platform is answered with 200 and
 * `failed`, so that the browser does not report an error.
 */
export function answering(route: Route): Handler {
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
