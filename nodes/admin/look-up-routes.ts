import { isObject } from "../../lib/base/json";
import type { NodeAPI } from "node-red";
import { Failure, invalidInput, type Text } from "../../lib/base/failure";
import type { Found, Search } from "../../lib/look-up/listing";
import type { Service, ThingModel } from "../../lib/thing-model/model";
import { accountType, type UsableAccount } from "../common/account-node";
import { type AccountForm, DraftAccounts } from "./draft-accounts";

/** What a route reads from a request: names are checked before anything is done with them. */
interface Request {
  params: Record<string, string | undefined>;
  query: Record<string, unknown>;
  body: unknown;
}

interface Response {
  status(code: number): Response;
  json(body: unknown): void;
}

// Loaded with the first request: most of the time no dialog is open.
const shown = (): typeof import("./service-view") => require("./service-view");
const encode = (): typeof import("../../lib/thing-model/encode") => require("../../lib/thing-model/encode");
const models = (): typeof import("../../lib/thing-model/model") => require("../../lib/thing-model/model");
const invocation = (): typeof import("../../lib/invocation/invoke") => require("../../lib/invocation/invoke");

type Route = (request: Request) => Promise<unknown>;

const badRequest = "bad-request";
const rowsPerPage = 50;
/** A device takes no more. */
const longestArgs = 256 * 1024;
/** One for each row of the form. */
const mostProblems = 100;

/**
 * The routes behind the pickers and the parameter form. They answer with rows and texts, never with a secret: what
 * the platform sends beside them is left behind in the catalog. Sentences go out as keys, since the editor's
 * language is the reader's.
 */
export function addLookUpRoutes(RED: NodeAPI): DraftAccounts {
  const accounts = new DraftAccounts(RED);
  const base = "/aliyun-iot/accounts";
  const read = RED.auth.needsPermission(`${accountType}.read`);
  const write = RED.auth.needsPermission(`${accountType}.write`);
  const get = (path: string, route: Route): void => {
    RED.httpAdmin.get(`${base}${path}`, read, answering(route) as never);
  };
  const accountOf = (request: Request): Promise<UsableAccount> =>
    accounts.find(nameOf(request.params["account"], "account"));

  // Not for readers: a form can name an endpoint, and the stored key would sign for it.
  RED.httpAdmin.post(
    base,
    write,
    answering(async ({ body }) => ({ account: await accounts.keep(formOf(body)) })) as never,
  );
  get("/:account/products", async (request) => {
    const { catalog } = await accountOf(request);
    if (request.query["refresh"]) catalog.forget();
    return withoutError(await catalog.products(searchOf(request.query)));
  });
  get("/:account/devices", async (request) => {
    const { catalog } = await accountOf(request);
    if (request.query["refresh"]) catalog.forget();
    const productKey = nameOf(request.query["productKey"], "productKey");
    return withoutError(await catalog.devices(productKey, searchOf(request.query)));
  });
  get("/:account/device", async (request) => {
    const { catalog } = await accountOf(request);
    return catalog.device(targetOf(request.query));
  });
  get("/:account/consumer-groups", async (request) => {
    const { catalog } = await accountOf(request);
    if (request.query["refresh"]) catalog.forget();
    return withoutError(await catalog.consumerGroups(searchOf(request.query)));
  });
  get("/:account/services", async (request) => {
    const model = await modelOf(await accountOf(request), request.query);
    return shown().serviceRows(model, searchOf(request.query));
  });
  get("/:account/events", async (request) => {
    const model = await modelOf(await accountOf(request), request.query);
    return shown().eventRows(model, searchOf(request.query));
  });
  get("/:account/service", async (request) =>
    shown().viewOfService(await serviceOf(await accountOf(request), request.query), Date.now()),
  );
  RED.httpAdmin.post(
    `${base}/:account/args`,
    read,
    answering(async (request) => {
      const body = isObject(request.body) ? request.body : {};
      const service = await serviceOf(await accountOf(request), body);
      const args = body["args"];
      if (typeof args !== "string" || args.length > longestArgs) throw invalidName("args");
      if (service.isUnchecked) return { problems: [], notes: [] };
      const options = { mostProblems, notesSteps: true };
      const { problems, notes = [] } = encode().encodeArgs(service.inputs, args, options);
      return { problems, notes };
    }) as never,
  );
  return accounts;
}

async function serviceOf(account: UsableAccount, query: Record<string, unknown>): Promise<Service> {
  const identifier = nameOf(query["service"], "service");
  const service = models().findService(await modelOf(account, query), identifier);
  if (service) return service;
  throw invalidInput(
    { key: "errors.service-not-in-model", params: { service: identifier } },
    "hints.service",
  );
}

/** The thing model of a product or of a device's product; of one module where the service or search names it. */
async function modelOf(account: UsableAccount, query: Record<string, unknown>): Promise<ThingModel> {
  const productKey =
    typeof query["iotId"] === "string" && query["iotId"] !== ""
      ? await account.catalog.productKeyOf(nameOf(query["iotId"], "iotId"))
      : nameOf(query["productKey"], "productKey");
  const named = query["service"] ?? query["search"];
  const moduleId = typeof named === "string" ? (/^([\w-]{1,100}):/.exec(named)?.[1] ?? "") : "";
  return account.models[query["refresh"] ? "renew" : "get"](productKey, moduleId);
}

function targetOf(query: Record<string, unknown>): Parameters<UsableAccount["catalog"]["device"]>[0] {
  if (query["iotId"] !== undefined) return { iotId: nameOf(query["iotId"], "iotId") };
  return {
    productKey: nameOf(query["productKey"], "productKey"),
    deviceName: nameOf(query["deviceName"], "deviceName"),
  };
}

function searchOf(query: Record<string, unknown>): Search {
  const { search = "", offset = "0" } = query;
  if (typeof search !== "string" || search.length > 200) throw invalidName("search");
  if (typeof offset !== "string" || !/^\d{1,6}$/.test(offset)) throw invalidName("offset");
  return { text: search.trim(), offset: Number(offset), limit: rowsPerPage };
}

/** An identifier from a request, as far as the platform's are ever made. */
function nameOf(value: unknown, name: string): string {
  if (typeof value === "string" && /^[\w.:@-]{1,128}$/.test(value)) return value;
  throw invalidName(name);
}

function invalidName(name: string): Failure {
  return new Failure({
    code: badRequest,
    category: "input",
    outcome: "not-sent",
    retryable: false,
    text: { key: "errors.look-up-request", params: { name } },
  });
}

/** @throws Failure where the body is not an account's form */
export function formOf(body: unknown): AccountForm {
  const { id, properties, credentials } = isObject(body) ? body : {};
  if (!isObject(properties) || !isObject(credentials)) throw invalidName("properties");
  return { id: nameOf(id, "id"), properties, credentials };
}

/**
 * Turns a route into a handler that always answers, and always with JSON. What the cloud has refused is no fault of
 * the route: it answers 200 with what `failed`, so that a browser does not report an error of the editor.
 */
export function answering(route: Route): (request: Request, response: Response) => void {
  return (request, response) => {
    void route(request)
      .then((body) => response.json(body))
      .catch((error: unknown) => response.status(statusOf(error)).json({ failed: told(error) }))
      .catch(() => undefined);
  };
}

function withoutError(found: Found<unknown>): object {
  const { failure, ...rest } = found;
  return failure === undefined ? rest : { ...rest, error: told(failure) };
}

/** A failure as the dialog shows it. */
function told(error: unknown): { code: string; text: Text | string; hint?: Text } {
  const { code, text, hint } =
    error instanceof Failure ? error : invocation().internalFailure(error, "not-sent");
  return { code, text, ...(hint !== undefined && { hint: { key: hint } }) };
}

function statusOf(error: unknown): number {
  if (!(error instanceof Failure)) return 500;
  return error.code === badRequest ? 400 : 200;
}
