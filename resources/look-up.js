/**
 * Asks the runtime what the cloud knows. Answers hold texts of the cloud, which go into the page as text only, and
 * sentences as keys of the catalogue, since the runtime may speak another language than this editor.
 */
const catalogue = "@thing-service/node-red-aliyun-iot/invoke-service:aliyun-iot-invoke-service";
const base = "aliyun-iot/accounts";
const storedSecret = "__PWRD__";
const patienceMs = 20_000;

/** A sentence `{ key, params }` of the runtime in the editor's language; other texts as they are. */
function sentence(text) {
  if (typeof text !== "object" || text === null) return String(text ?? "");
  const blank = RED._(`${catalogue}.${text.key}`, { skipInterpolation: "true" });
  return blank.replace(/__(\w+?)__/g, (whole, name) => {
    const value = text.params?.[name];
    return value === undefined ? whole : sentence(value);
  });
}

/** A failure as one text: what happened, and what to do. */
const told = ({ text, hint }) => [text, hint].filter(Boolean).map(sentence).join(" ");

const failed = (key) => Object.assign(new Error(key), { text: { key } });

/**
 * What an account's form holds: as it stands in the editor, deployed or not. A secret that the editor does not
 * know is named by a stand-in, for which the runtime puts the stored one.
 * @param valueOf reads a property; default what is stored in the node
 */
function accountForm(account, valueOf = (property) => account[property]) {
  const { defaults, credentials } = RED.nodes.getType(account.type);
  const known = account.credentials ?? {};
  const form = { id: account.id, properties: {}, credentials: {} };
  for (const property of Object.keys(defaults)) form.properties[property] = valueOf(property) ?? "";
  for (const name of Object.keys(credentials)) form.credentials[name] = known[name] ?? storedSecret;
  return form;
}

/** @throws an error with `text` and `hint`, made for `told` */
function ask(method, path, body) {
  return new Promise((resolve, reject) => {
    $.ajax({
      url: path,
      type: method,
      timeout: patienceMs,
      dataType: "json",
      ...(body && { contentType: "application/json", data: JSON.stringify(body) }),
    })
      .done((answer) => {
        if (answer.failed) reject(Object.assign(new Error(answer.failed.code), answer.failed));
        else resolve(answer);
      })
      .fail(({ status, responseJSON }) => {
        const why = responseJSON?.failed;
        const isForbidden = status === 401 || status === 403;
        if (why?.text) reject(Object.assign(new Error(why.code), why));
        else reject(failed(isForbidden ? "errors.look-up-forbidden" : "errors.look-up-runtime"));
      });
  });
}

const handles = new Map();

/** What the routes know an account by: its id where it is deployed as it is, else a handle for its form. */
async function handleOf(accountId) {
  const account = RED.nodes.node(accountId);
  if (!account) throw failed("errors.account-missing");
  if (!account.changed) return account.id;
  const form = accountForm(account);
  const key = JSON.stringify(form);
  const posted = handles.get(key) ?? (await ask("POST", base, form)).account;
  handles.set(key, posted);
  return posted;
}

/**
 * One look-up with an account of the editor.
 * @param what name of the route, such as `products`
 */
async function lookUp(accountId, what, query, body) {
  const path = (handle) => {
    const search = new URLSearchParams(
      Object.entries(query ?? {}).filter(([, value]) => value !== undefined),
    );
    return `${base}/${encodeURIComponent(handle)}/${what}${search.size > 0 ? `?${search}` : ""}`;
  };
  const method = body ? "POST" : "GET";
  try {
    return await ask(method, path(await handleOf(accountId)), body);
  } catch (error) {
    if (error.text?.key !== "errors.account-undeployed") throw error;
    // Never deployed, or its form was kept too long ago.
    handles.clear();
    const { account } = await ask("POST", base, accountForm(RED.nodes.node(accountId)));
    return ask(method, path(account), body);
  }
}

export { accountForm, ask, lookUp, sentence, told };
