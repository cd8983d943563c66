import type { NodeAPI } from "node-red";
import type { accountType } from "../common/account-node";
import type { Handler } from "./answers";
import type { CarryOut } from "./call-now-route";
import type { Route } from "./route";

// Registered at start, loaded with the first request: most of the time no dialog is open.
const answers = (): typeof import("./answers") => require("./answers");
const accounts = (): typeof import("./connection-check-route") => require("./connection-check-route");
const lookUps = (): typeof import("./look-up-routes") => require("./look-up-routes");
const logins = (): typeof import("./subscription-check-route") => require("./subscription-check-route");
const calls = (): typeof import("./call-now-route") => require("./call-now-route");

/** What is answered from the URL alone. */
const questions = [
  "products",
  "devices",
  "device",
  "consumer-groups",
  "groups",
  "services",
  "events",
  "properties",
  "service",
  "writable",
] as const;
/** What is answered from the body. */
const questionsWithBody = ["args", "items", "targets", "rule-matches"] as const;

/**
 * The routes behind the pickers, the parameter form and the connection checks. Those that take the form of an account ask
 * for the permission to write: a form can name an endpoint, and the stored key would sign for it.
 */
export function addAccountRoutes(RED: NodeAPI): void {
  const base = "/aliyun-iot";
  addRoute(RED, "post", `${base}/connection-check`, "write", (request) =>
    accounts().checkAccount(RED, request),
  );
  addRoute(RED, "post", `${base}/subscription-check`, "write", (request, signal) =>
    logins().checkSubscriptionForm(RED, request, signal),
  );

  const routes = once(() => lookUps().lookUpRoutes(RED));
  addRoute(RED, "post", `${base}/accounts`, "write", (...asked) => routes().keep(...asked));
  for (const name of questions) {
    addRoute(RED, "get", `${base}/accounts/:account/${name}`, "read", (...asked) => routes()[name](...asked));
  }
  for (const name of questionsWithBody) {
    addRoute(RED, "post", `${base}/accounts/:account/${name}`, "read", (...asked) =>
      routes()[name](...asked),
    );
  }
}

/**
 * The routes behind the button "Call now" in the dialog of the invoke node.
 * @param carryOut makes the call
 */
export function addCallRoutes(RED: NodeAPI, carryOut: CarryOut): void {
  const routes = once(() => calls().callRoutes(RED, carryOut));
  addRoute(RED, "post", "/aliyun-iot/call-plan", "call", (...asked) => routes().plan(...asked));
  addRoute(RED, "post", "/aliyun-iot/call-now", "call", (...asked) => routes().call(...asked));
}

/**
 * Adds a route to Node-RED's admin API. All routes of this package are added here: they need the permission, refuse pages
 * of other sites, and accept only JSON or no body.
 */
function addRoute(
  RED: NodeAPI,
  method: "get" | "post",
  path: string,
  permission: "read" | "write" | "call",
  route: Route,
): void {
  const type = "aliyun-iot-account" satisfies typeof accountType;
  const allowed = RED.auth.needsPermission(`${type}.${permission}`);
  const permitted =
    permission === "call"
      ? [RED.auth.needsPermission(""), later(() => answers().forbidding(allowed))]
      : [allowed];
  RED.httpAdmin[method](
    path,
    ...([
      later(() => answers().guardingSite(RED)),
      ...permitted,
      later(() => answers().guardingType()),
      later(() => answers().answering(route)),
    ] as unknown as [typeof allowed]),
  );
}

/** A handler that is made for the first request. */
function later(make: () => Handler): Handler {
  const handler = once(make);
  return (request, response, next) => handler()(request, response, next);
}

/** Makes something when it is first asked for. */
function once<Made extends object>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => (made ??= make());
}
