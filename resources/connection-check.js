import { accountForm, ask, sentence, told } from "./look-up.js";

const icons = { ok: "fa-check", warning: "fa-exclamation-triangle", failed: "fa-times" };
const labels = {
  settings: "connection.settings",
  network: "connection.network",
  clock: "connection.clock",
  key: "connection.key",
  instance: "connection.instance",
  permission: "connection.permission",
  limits: "connection.limits",
};
const t = (key, params) => sentence({ key, params });

/**
 * A button that checks the account of the form, deployed or not, and names what is wrong with it.
 * @param node the account
 * @param row the jQuery element of the row with the button
 */
function addConnectionCheck(node, row) {
  const button = row.find("button");
  const icon = button.find("i").attr("class");
  const result = $('<div class="aliyun-iot-check-result" aria-live="polite"></div>').appendTo(row);
  const form = row.closest("form");
  let question = 0;

  const read = (name) => {
    const value = $(`#node-config-input-${name}`).val();
    // A list of nodes to choose from has an entry for a new one.
    return value === "_ADD_" ? "" : value;
  };

  async function check() {
    const mine = ++question;
    button.prop("disabled", true).find("i").attr("class", "fa fa-spinner fa-spin");
    result.empty().append($("<div></div>").text(t("connection.checking")));
    const asked = accountForm(node, read);
    for (const name of Object.keys(asked.credentials)) asked.credentials[name] = read(name) ?? "";
    let shown;
    try {
      shown = elements(await ask("POST", "aliyun-iot/connection-check", asked));
    } catch (error) {
      shown = $('<div class="aliyun-iot-check-failed"></div>').text(error.text ? told(error) : error.message);
    }
    button.prop("disabled", false).find("i").attr("class", icon);
    if (mine === question) result.empty().append(shown);
  }

  button.on("click", () => void check());
  // What was found holds for what was asked.
  form.on("input change", () => {
    question++;
    result.empty();
  });
}

function elements({ steps, policy }) {
  const states = steps.map(({ state }) => state);
  const verdict = states.includes("failed")
    ? t("connection.broken")
    : states.includes("warning")
      ? t("connection.usable")
      : t("connection.fine");
  const list = $('<ul class="aliyun-iot-check-list"></ul>');
  for (const { step, action, state, text, hint, hintParams } of steps) {
    const item = $("<li></li>").addClass(`aliyun-iot-check-${state}`).attr("data-step", step).appendTo(list);
    item.append($('<i class="fa" aria-hidden="true"></i>').addClass(icons[state]));
    const side = $("<div></div>").appendTo(item);
    side.append($("<span></span>").text(t(labels[step], { action: action ?? "" })));
    if (text) side.append($('<div class="aliyun-iot-facts"></div>').text(sentence(text)));
    if (hint) side.append($('<div class="aliyun-iot-facts"></div>').text(t(hint, hintParams)));
  }
  const isDenied = steps.some(({ step, state }) => step === "permission" && state !== "ok");
  return [$("<strong></strong>").text(verdict), list, policyElement(policy, isDenied)];
}

function policyElement(policy, isOpen) {
  const details = $('<details class="aliyun-iot-check-policy"></details>').prop("open", isOpen);
  details.append($("<summary></summary>").text(t("connection.policy")));
  const text = $('<pre class="aliyun-iot-example"></pre>').text(policy);
  const copy = $('<button type="button" class="red-ui-button red-ui-button-small"></button>');
  copy.text(t("connection.copy")).on("click", () => {
    RED.clipboard.copyText(policy, copy, t("connection.copied"));
  });
  return details.append(text, copy);
}

export { addConnectionCheck };
