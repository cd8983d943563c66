import { definitionOf, type StoredNode } from "./definition";
import { configNode, trimmed } from "./form";
import { LookUpError } from "./texts";
import type { FailureTexts } from "./translate";

/**
 * Asks the runtime for data of the platform. Answers contain text of the platform, which is inserted as text only, and
 * messages as keys of the catalog, since the runtime may use another language than this editor.
 */
const base = "aliyun-iot/accounts";
/** Stands for a secret that the runtime keeps. */
const storedSecret = "__PWRD__";
const timeoutMs = 20_000;

/** The form of an account, as the routes take it. */
export interface AccountForm {
  id: string;
  properties: Record<string, unknown>;
  credentials: Record<string, string>;
}

type Query = Record<string, string | number | undefined>;

/** What a route answers where the cloud or the runtime refused. */
interface Refusal extends FailureTexts {
  code: string;
}

/**
 * The account as it is in the editor, deployed or not. A secret that the editor does not know is replaced by a
 * placeholder, for which the runtime uses the stored one.
 * @param valueOf reads a property; default what is stored in the node
 */
export function accountForm(
  account: StoredNode,
  valueOf: (property: string) => unknown = (property) => account[property],
): AccountForm {
  const { defaults, credentials = {} } = definitionOf(account);
  const form: AccountForm = { id: account.id, properties: {}, credentials: {} };
  for (const property of Object.keys(defaults)) form.properties[property] = valueOf(property) ?? "";
  for (const name of Object.keys(credentials)) {
    form.credentials[name] = account.credentials?.[name] ?? storedSecret;
  }
  return form;
}

/**
 * Asks a route of this package.
 * @param path without a leading slash, so that the editor adds its root and its token
 * @param signal ends the request when it is aborted
 * @throws {LookUpError}
 */
export function ask<Answer>(
  method: "GET" | "POST",
  path: string,
  body?: object,
  { signal, patienceMs = timeoutMs }: { signal?: AbortSignal; patienceMs?: number } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = $.ajax({
      url: path,
      type: method,
      timeout: patienceMs,
      ...(body && { contentType: "application/json", data: JSON.stringify(body) }),
    });
    signal?.addEventListener("abort", () => request.abort());
    request
      .done((answer: Answer & { failed?: Refusal }) => {
        if (answer.failed) reject(errorOf(answer.failed));
        else resolve(answer);
      })
      .fail(({ status, responseJSON }) => {
        const refusal = (responseJSON as { failed?: Refusal } | undefined)?.failed;
        const isForbidden = status === 401 || status === 403;
        const key = isForbidden ? "errors.look-up-forbidden" : "errors.look-up-runtime";
        reject(refusal?.text ? errorOf(refusal) : new LookUpError({ key }, undefined, true));
      });
  });
}

function errorOf({ text, hint, isOfAccount }: Refusal): LookUpError {
  return new LookUpError(text, hint, isOfAccount);
}

/** Is told after each look-up what is wrong with the account; undefined if nothing is. */
type LookUpListener = (accountId: string, what: string, trouble: FailureTexts | undefined) => void;

const listeners = new Set<LookUpListener>();

/** @returns a function that ends it */
export function onLookUp(listener: LookUpListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const handles = new Map<string, string>();

/** Identifies an account to the routes: its id if it is deployed unchanged, else a handle for its form. */
async function handleOf(accountId: string): Promise<string> {
  const account = accountOf(accountId);
  if (!account.changed) return account.id;
  const form = accountForm(account);
  const key = JSON.stringify(form);
  const handle = handles.get(key) ?? (await handleFor(form));
  handles.set(key, handle);
  return handle;
}

async function handleFor(form: AccountForm): Promise<string> {
  try {
    return (await ask<{ account: string }>("POST", base, form)).account;
  } catch (error) {
    throw error instanceof LookUpError ? new LookUpError(error.text, error.hint, true) : error;
  }
}

function accountOf(id: string): StoredNode {
  const account = configNode(id);
  if (!account) throw new LookUpError({ key: "errors.account-missing" });
  return account;
}

/**
 * One look-up with an account of the editor.
 * @param what name of the route, such as `products`
 * @throws {LookUpError}
 */
export async function lookUp<Answer>(
  accountId: string,
  what: string,
  query: Query = {},
  body?: object,
): Promise<Answer> {
  const tell = (failure?: FailureTexts): void => {
    for (const listener of listeners) listener(accountId, what, failure?.isOfAccount ? failure : undefined);
  };
  try {
    const answer = await find<Answer & { error?: FailureTexts }>(accountId, what, query, body);
    tell(answer.error);
    return answer;
  } catch (error) {
    tell(error instanceof LookUpError ? error : undefined);
    throw error;
  }
}

async function find<Answer>(accountId: string, what: string, query: Query, body?: object): Promise<Answer> {
  const method = body ? "POST" : "GET";
  try {
    return await ask(method, pathOf(await handleOf(accountId), what, query), body);
  } catch (error) {
    if (!isUndeployed(error)) throw error;
    // Never deployed, or its form was kept too long ago.
    handles.clear();
    const handle = await handleFor(accountForm(accountOf(accountId)));
    return ask(method, pathOf(handle, what, query), body);
  }
}

/**
 * As `lookUp`, with an account as its open dialog shows it. One that is deployed as it stands there is asked by its
 * id, which readers may do as well.
 * @throws {LookUpError}
 */
export async function lookUpWith<Answer>(form: AccountForm, what: string, body: object): Promise<Answer> {
  const account = configNode(form.id);
  if (account && !account.changed && isAsStored(account, form)) {
    try {
      return await ask("POST", pathOf(account.id, what, {}), body);
    } catch (error) {
      if (!isUndeployed(error)) throw error;
    }
  }
  return ask("POST", pathOf(await handleFor(form), what, {}), body);
}

/** Whether a form says what the account has: what is left out counts as its default. */
function isAsStored(account: StoredNode, { properties, credentials }: AccountForm): boolean {
  const { defaults } = definitionOf(account);
  const stored = account.credentials ?? {};
  return (
    Object.keys(properties).every(
      (name) => trimmed(properties[name]) === trimmed(account[name] ?? defaults[name]?.value),
    ) &&
    Object.keys(credentials).every(
      (name) => credentials[name] === (stored[name] ?? (stored[`has_${name}`] ? storedSecret : "")),
    )
  );
}

function pathOf(handle: string, what: string, query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return `${base}/${encodeURIComponent(handle)}/${what}${search.size > 0 ? `?${search}` : ""}`;
}

function isUndeployed(error: unknown): boolean {
  if (!(error instanceof LookUpError) || typeof error.text === "string") return false;
  return error.text.key === "errors.account-undeployed";
}
