import type { NodeAPI } from "node-red";
import { asFailure } from "../../lib/base/as-failure";
import { Failure, type Text } from "../../lib/base/failure";
import { accountType } from "../common/account-node";
import { UnusableSimulator } from "../common/unusable-simulator";
import { RefusedRequest } from "./refused-request";
import { type GuardedRequest, refuseForeignSite, refuseOtherTypes } from "./request-guard";

/** What a route reads from a request: names are checked before anything is done with them. */
export interface Request extends GuardedRequest {
  params: Record<string, string | undefined>;
  query: Record<string, unknown>;
  body: unknown;
}

interface Response {
  status(code: number): Response;
  json(body: unknown): void;
}

export type Route = (request: Request) => Promise<unknown>;

/** A failure as the dialog shows it. */
interface FailureView {
  code: string;
  text: Text | string;
  hint?: Text;
}

/**
 * Adds a route to Node-RED's admin API, the only way in which ours get there: for users with the permission, not for
 * pages of other sites, and with JSON or nothing as its body.
 */
export function addRoute(
  RED: NodeAPI,
  method: "get" | "post",
  path: string,
  permission: "read" | "write",
  route: Route,
): void {
  const guardSite = guard((request) =>
    refuseForeignSite(request, (RED.settings as { httpAdminCors?: unknown }).httpAdminCors),
  );
  const guardType = guard(async (request) => refuseOtherTypes(request));
  const allowed = RED.auth.needsPermission(`${accountType}.${permission}`);
  RED.httpAdmin[method](
    path,
    ...([guardSite, allowed, guardType, answering(route)] as unknown as [typeof allowed]),
  );
}

type Handler = (request: Request, response: Response, next: () => void) => void;

function guard(check: (request: Request) => Promise<void>): Handler {
  return (request, response, next) => {
    void check(request).then(next, (error: unknown) => refuse(response, error));
  };
}

/**
 * Turns a route into a handler that always answers, and always with JSON. What the cloud has refused is no fault of
 * the route: it answers 200 with what `failed`, so that a browser does not report an error of the editor.
 */
function answering(route: Route): Handler {
  return (request, response) => {
    void route(request)
      .then((body) => response.json(body))
      .catch((error: unknown) => refuse(response, error))
      .catch(() => undefined);
  };
}

function refuse(response: Response, error: unknown): void {
  response.status(statusOf(error)).json({ failed: describeFailure(error) });
}

/** What a browser is told of a failure. */
export function describeFailure(error: unknown): FailureView {
  const failure = asFailure(error, "not-sent");
  const { code, advice } = failure;
  const text = failure instanceof UnusableSimulator ? failure.outline : failure.text;
  return { code, text, ...(advice !== undefined && { hint: advice }) };
}

function statusOf(error: unknown): number {
  if (error instanceof RefusedRequest) return error.status;
  return error instanceof Failure ? 200 : 500;
}
