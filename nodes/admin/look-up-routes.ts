import type { NodeAPI } from "node-red";
import { Failure, invalidInput } from "../../lib/base/failure";
import { isObject } from "../../lib/base/json";
import type { Search } from "../../lib/look-up/listing";
import { maxArgsBytes } from "../../lib/thing-model/args-size";
import type { Service, ThingModel } from "../../lib/thing-model/model";
import type { UsableAccount } from "../common/account-node";
import { maxRulesText, readAccountForm, readName } from "./account-form";
import { describeFailure, openedAccount } from "./answers";
import { DraftAccounts } from "./draft-accounts";
import { unusable } from "./refused-request";
import type { Request, Route } from "./route";
import { targetsRoute } from "./target-routes";

// Loaded with the first request: most of the time no dialog is open.
const shown = (): typeof import("./service-view") => require("./service-view");
const writable = (): typeof import("./property-view") => require("./property-view");
const encode = (): typeof import("../../lib/thing-model/encode") => require("../../lib/thing-model/encode");
const rules = (): typeof import("./rule-matches") => require("./rule-matches");
const models = (): typeof import("../../lib/thing-model/model") => require("../../lib/thing-model/model");

const rowsPerPage = 50;
/** Modules whose properties one dialog shows. */
const maxModules = 10;
/** One for each row of the form. */
const maxProblems = 100;

/**
 * The routes behind the pickers and the parameter form. They answer with rows and texts, never with a secret: the
 * catalog drops other data of the platform. Messages are sent as keys, since the editor may use another language.
 */
export function lookUpRoutes(RED: NodeAPI) {
  const accounts = new DraftAccounts(RED);
  const accountOf = (request: Request): Promise<UsableAccount> =>
    openedAccount(() => accounts.find(readName(request.params["account"], "account")));
  /** The catalog of the account, which forgets what it knows where the user asks for that. */
  const catalogOf = async (request: Request): Promise<UsableAccount["catalog"]> => {
    const { catalog } = await accountOf(request);
    if (request.query["refresh"]) catalog.forget();
    return catalog;
  };

  return named({
    // Not for readers: a form can name an endpoint, and the stored key would sign for it.
    keep: async ({ body }) => ({ account: await accounts.keep(readAccountForm(body)) }),
    products: async (request) =>
      withoutError(await (await catalogOf(request)).products(searchOf(request.query))),
    devices: async (request) => {
      const catalog = await catalogOf(request);
      const productKey = readName(request.query["productKey"], "productKey");
      return withoutError(await catalog.devices(productKey, searchOf(request.query)));
    },
    device: async (request) => (await accountOf(request)).catalog.device(targetOf(request.query)),
    "consumer-groups": async (request) =>
      withoutError(await (await catalogOf(request)).consumerGroups(searchOf(request.query))),
    groups: async (request) => withoutError(await (await catalogOf(request)).groups(searchOf(request.query))),
    services: async (request) => {
      const model = await modelOf(await accountOf(request), request.query);
      return shown().serviceRows(model, searchOf(request.query));
    },
    events: async (request) => {
      const model = await modelOf(await accountOf(request), request.query);
      return shown().eventRows(model, searchOf(request.query));
    },
    properties: async (request) => {
      const model = await modelOf(await accountOf(request), request.query);
      return shown().propertyRows(model, searchOf(request.query));
    },
    service: async (request) =>
      shown().viewOfService(await serviceOf(await accountOf(request), request.query), Date.now()),
    args: async (request) => {
      const body = isObject(request.body) ? request.body : {};
      const service = await serviceOf(await accountOf(request), body);
      const args = readWrittenArgs(body);
      if (service.isUnchecked) return { problems: [], notes: [] };
      const options = { maxProblems, notesSteps: true };
      const { problems, notes = [] } = encode().encodeArgs(service.inputs, args, options);
      return { problems, notes };
    },
    writable: async (request) => {
      const account = await accountOf(request);
      const { productKey, refresh } = await ownerOf(account, request.query);
      const modules = readModules(request.query["modules"]);
      const { set, failure } = await writable().propertiesOf(account, productKey, modules, refresh);
      return withoutError({ ...writable().viewOfWritable(set, Date.now()), failure });
    },
    items: async (request) => {
      const body = isObject(request.body) ? request.body : {};
      const account = await accountOf(request);
      const { productKey } = await ownerOf(account, body);
      const items = writable().readWritten(readWrittenArgs(body));
      if (items instanceof Failure) return { problems: [{ path: "", text: items.text }], notes: [] };
      const modules = writable().modulesOf(items);
      const { set, failure } = await writable().propertiesOf(account, productKey, modules);
      if (failure) throw failure;
      return writable().itemProblems(set, items, body["mode"] === "desired", maxProblems);
    },
    targets: targetsRoute(accountOf),
    // The rules come with the question: an account that is being edited may not have them yet.
    "rule-matches": async (request) => {
      const body = isObject(request.body) ? request.body : {};
      const texts = {
        allow: readRulesText(body["allow"], "allow"),
        confirm: readRulesText(body["confirm"], "confirm"),
      };
      const { catalog } = await accountOf(request);
      const { failure, ...matches } = await rules().matchesOf(texts, catalog);
      return failure === undefined ? matches : { ...matches, error: describeFailure(failure) };
    },
  });
}

/** Routes of which TypeScript knows the names. */
function named<Name extends string>(routes: Record<Name, Route>): Record<Name, Route> {
  return routes;
}

function readRulesText(value: unknown, name: string): string {
  if (typeof value === "string" && value.length <= maxRulesText) return value;
  throw unusable(name);
}

async function serviceOf(account: UsableAccount, query: Record<string, unknown>): Promise<Service> {
  const identifier = readName(query["service"], "service");
  const service = models().findService(await modelOf(account, query), identifier);
  if (service) return service;
  throw invalidInput(
    { key: "errors.service-not-in-model", params: { service: identifier } },
    "hints.service",
  );
}

/** JSON that was typed in the dialog. */
function readWrittenArgs({ args }: Record<string, unknown>): string {
  if (typeof args === "string" && args.length <= maxArgsBytes) return args;
  throw unusable("args");
}

/** Ids of custom modules, with commas between them. */
function readModules(value: unknown): string[] {
  if (value === undefined || value === "") return [];
  const ids = typeof value === "string" ? value.split(",") : [""];
  if (ids.length <= maxModules && ids.every((id) => /^[\w-]{1,100}$/.test(id))) return ids;
  throw unusable("modules");
}

/** The product whose thing model is meant, by its key or a device of it, and whether it is to be read again. */
async function ownerOf(
  { catalog }: UsableAccount,
  { iotId, productKey, refresh }: Record<string, unknown>,
): Promise<{ productKey: string; refresh: boolean }> {
  const isById = typeof iotId === "string" && iotId !== "";
  return {
    productKey: isById
      ? await catalog.productKeyOf(readName(iotId, "iotId"))
      : readName(productKey, "productKey"),
    refresh: Boolean(refresh),
  };
}

/** The thing model of a product or of a device's product; of one module where the service or search names it. */
async function modelOf(account: UsableAccount, query: Record<string, unknown>): Promise<ThingModel> {
  const { productKey, refresh } = await ownerOf(account, query);
  const asked = query["service"] ?? query["search"];
  const moduleId = typeof asked === "string" ? (/^([\w-]{1,100}):/.exec(asked)?.[1] ?? "") : "";
  return account.thingModels[refresh ? "renew" : "get"](productKey, moduleId);
}

function targetOf(query: Record<string, unknown>): Parameters<UsableAccount["catalog"]["device"]>[0] {
  if (query["iotId"] !== undefined) return { iotId: readName(query["iotId"], "iotId") };
  return {
    productKey: readName(query["productKey"], "productKey"),
    deviceName: readName(query["deviceName"], "deviceName"),
  };
}

function searchOf(query: Record<string, unknown>): Search {
  const { text = "", search = text, offset = "0" } = query;
  if (typeof search !== "string" || search.length > 200) throw unusable("search");
  if (typeof offset !== "string" || !/^\d{1,6}$/.test(offset)) throw unusable("offset");
  return { text: search.trim(), offset: Number(offset), limit: rowsPerPage };
}

function withoutError(found: { failure?: unknown }): object {
  const { failure, ...rest } = found;
  return failure === undefined ? rest : { ...rest, error: describeFailure(failure) };
}
