import { sentence } from "./look-up.js";
import { foldJson, isJson, membersOf, objectText, unfoldJson } from "./raw-json.js";

const t = (key, params) => sentence({ key, params });
const element = (html, text) => $(html).text(text ?? "");
let controls = 0;

/** What a parameter must be, in one line: `float · 0 … 100 % · step 0.1`. */
function factsOf({ dataType, isUnchecked }, isInForm) {
  if (isUnchecked) return t("panel.unchecked");
  return typeFacts(isInForm ? { ...dataType, items: undefined } : dataType);
}

function typeFacts({ type, min, max, step, unit, unitName, length, size, items, fields, item }) {
  const facts = [type];
  const measure = unit || unitName;
  const isBounded = min !== undefined || max !== undefined;
  if (isBounded) facts.push(`${min ?? "−∞"} … ${max ?? "∞"}${measure ? ` ${measure}` : ""}`);
  else if (measure) facts.push(measure);
  if (step !== undefined && !(type === "int" && step === 1)) facts.push(t("panel.step", { step }));
  if (length !== undefined) facts.push(t("panel.bytes", { length }));
  if (size !== undefined) facts.push(t("panel.elements", { size }));
  if (items) facts.push(items.map(({ value, label }) => `${value} ${label}`.trim()).join(", "));
  if (fields) facts.push(fields.map(({ identifier }) => identifier).join(", "));
  if (item) facts.push(t("panel.of", { item: typeFacts(item) }));
  return facts.join(" · ");
}

/** A parameter's name as people know it, and its identifier where that differs. */
function nameElement({ identifier, name }) {
  const label = $('<span class="aliyun-iot-parameter-name"></span>').append(
    element("<code></code>", identifier),
  );
  if (name && name !== identifier) label.append(" ", element("<span></span>", name));
  return label;
}

/** Text that a person typed as the JSON text of a value; undefined leaves the parameter out. */
const rawOf = {
  number(text, { type }) {
    const typed = text.trim();
    if (typed === "") return undefined;
    if (!/^-?(0|[1-9]\d*)(\.\d+)?$/.test(typed)) return isNumber(typed) ? typed : JSON.stringify(typed);
    return type !== "int" && !typed.includes(".") ? `${typed}.0` : typed;
  },
  text: (text) => (text === "" ? undefined : JSON.stringify(text)),
  date(text) {
    const typed = text.trim();
    if (typed === "") return undefined;
    const milliseconds = /^\d+$/.test(typed) ? Number(typed) : Date.parse(typed);
    return JSON.stringify(Number.isFinite(milliseconds) ? String(milliseconds) : typed);
  },
  json: (text) => (text.trim() === "" ? undefined : isJson(text) ? foldJson(text) : JSON.stringify(text)),
};

const isNumber = (text) => isJson(text) && typeof JSON.parse(text) === "number";

/** How the JSON text of a value reads in its control. */
function shownIn(kind, raw) {
  if (raw === undefined) return "";
  const value = isJson(raw) ? JSON.parse(raw) : raw;
  if (kind === "date") {
    const milliseconds = typeof value === "string" && !/^\d+$/.test(value) ? NaN : Number(value);
    return Number.isFinite(milliseconds) && Math.abs(milliseconds) < 8.64e15
      ? new Date(milliseconds).toISOString()
      : String(value);
  }
  return typeof value === "string" ? value : raw;
}

const kinds = { int: "number", float: "number", double: "number", text: "text", date: "date" };

/**
 * The control of one parameter.
 * @param onChange called with the JSON text of the new value, or undefined for none
 * @returns `{ element, set(raw) }`
 */
function controlOf(parameter, onChange) {
  const { type, items, fields } = parameter.isUnchecked ? {} : parameter.dataType;
  if (type === "struct") return structControl(fields, onChange);
  if (items) return choiceControl(items, onChange);
  const kind = kinds[type] ?? "json";
  const input = $('<input type="text" autocomplete="off" spellcheck="false" />');
  if (kind === "number") input.attr("inputmode", "decimal");
  if (kind === "date") input.attr("placeholder", "2026-01-31T08:00:00+08:00");
  if (kind === "json") input.attr("placeholder", type === "array" ? "[ ]" : "{ }");
  let last;
  const show = () => input.val(shownIn(kind, last));
  input.on("input", () => {
    last = rawOf[kind](input.val(), parameter.dataType);
    onChange(last);
  });
  input.on("focusout", show);
  return {
    element: input,
    set: (raw) => {
      last = raw;
      // What is being typed is not rewritten under the cursor.
      if (document.activeElement !== input[0]) show();
    },
  };
}

function choiceControl(items, onChange) {
  const select = $("<select></select>").append('<option value=""></option>');
  for (const { value, label } of items) {
    const words = label && label !== String(value) ? `${label} (${value})` : String(value);
    select.append(element("<option></option>", words).val(String(value)));
  }
  select.on("change", () => onChange(select.val() === "" ? undefined : select.val()));
  const set = (raw) => {
    select.find("[data-other]").remove();
    const value = raw === undefined ? "" : canonical(items, raw);
    // What the model does not know stays to be seen and is not replaced.
    if (value !== "" && !items.some((item) => String(item.value) === value)) {
      select.append(element("<option data-other></option>", raw).val(raw));
    }
    select.val(value);
  };
  return { element: select, set };
}

/** The key that `true`, `"1"` or a label stands for. */
function canonical(items, raw) {
  const value = isJson(raw) ? JSON.parse(raw) : raw;
  if (typeof value === "boolean") return value ? "1" : "0";
  const found = items.find((item) => String(item.value) === String(value) || item.label === value);
  return found ? String(found.value) : raw;
}

function structControl(fields, onChange) {
  const group = $('<div class="aliyun-iot-struct" role="group"></div>');
  let members = new Map();
  const rows = fields.map((field) => {
    const row = parameterRow(field, (raw) => {
      members = withMember(members, fields, field.identifier, raw);
      onChange(members.size > 0 ? objectText(members) : undefined);
    });
    group.append(row.element);
    return { ...row, identifier: field.identifier };
  });
  return {
    element: group,
    set: (raw) => {
      members = (raw !== undefined && membersOf(raw)) || new Map();
      for (const row of rows) row.set(members.get(row.identifier));
    },
    problem: (path, text) => {
      const [, head, rest] = /^\.?([^.[]*)(.*)$/.exec(path);
      const row = rows.find(({ identifier }) => identifier === head);
      row?.problem(rest, text);
      return Boolean(row);
    },
  };
}

/** The members with one changed, in the order of the model; what the model does not know stays at the end. */
function withMember(members, parameters, identifier, raw) {
  const changed = new Map(members).set(identifier, raw);
  if (raw === undefined) changed.delete(identifier);
  const order = new Map();
  for (const { identifier: known } of parameters)
    if (changed.has(known)) order.set(known, changed.get(known));
  for (const [name, value] of changed) order.set(name, value);
  return order;
}

/** A parameter with its name, its control, what it must be, and what is wrong with it. */
function parameterRow(parameter, onChange) {
  const id = `aliyun-iot-parameter-${++controls}`;
  const control = controlOf(parameter, onChange);
  const row = $('<div class="aliyun-iot-parameter"></div>').attr("data-parameter", parameter.identifier);
  const isGroup = parameter.dataType.type === "struct" && !parameter.isUnchecked;
  row.append(
    $("<label></label>")
      .attr(isGroup ? {} : { for: id })
      .append(nameElement(parameter)),
  );
  const side = $('<div class="aliyun-iot-parameter-side"></div>').appendTo(row);
  side.append(control.element.attr("id", id));
  // A choice shows its items, and a group its fields.
  const facts = isGroup ? "" : factsOf(parameter, true);
  side.append(element('<div class="aliyun-iot-facts"></div>', facts));
  const line = $('<div class="aliyun-iot-parameter-problem" aria-live="polite"></div>').appendTo(side);
  control.element.attr("aria-describedby", line.attr("id", `${id}-problem`).attr("id"));
  return {
    element: row,
    set: control.set,
    problem(path, text) {
      if (path !== "" && control.problem?.(path, text)) return;
      line.append(element("<div></div>", path === "" ? text : `${path.replace(/^\./, "")}: ${text}`));
    },
  };
}

/**
 * Shows a service's inputs: as a form that writes Args where they are JSON, else as the shape that a message must
 * have; and its outputs.
 * @param panel jQuery element to fill
 * @param service `{ name, description, callType, inputs, outputs, example }`
 * @param args `{ isForm, source, text(), write(text), fillIn() }`; `source` names where the args come from, such as
 * msg.payload, and `fillIn` turns to the form instead
 * @param check `(text) => Promise<problems>`
 * @returns `{ follow() }`, to be called when Args were changed by other means
 */
function showParameters(panel, service, args, check) {
  panel.empty();
  const head = $('<div class="aliyun-iot-panel-head"></div>').appendTo(panel);
  head.append(
    element(
      "<strong></strong>",
      args.isForm ? t("panel.takes") : t("panel.takes-from", { source: args.source }),
    ),
  );
  if (service.description) {
    panel.append(element('<div class="aliyun-iot-facts"></div>', service.description));
  }
  const isWithout = service.inputs.length === 0;
  if (isWithout) panel.append(element('<div class="aliyun-iot-facts"></div>', t("panel.no-inputs")));
  const follow = args.isForm
    ? formOf(panel, head, service, args, check)
    : shapeOf(panel, head, service, args);
  panel.append(
    $('<div class="aliyun-iot-panel-head"></div>').append(element("<strong></strong>", t("panel.gives"))),
  );
  panel.append(listOf(service.outputs));
  const answers = service.callType === "sync" ? t("panel.sync") : t("panel.async");
  panel.append(element('<div class="aliyun-iot-facts"></div>', answers));
  return { follow };
}

function shapeOf(panel, head, { inputs, example }, args) {
  panel.append(listOf(inputs));
  const sample = element('<pre class="aliyun-iot-example"></pre>', unfoldJson(example));
  const copy = $('<button type="button" class="red-ui-button red-ui-button-small"></button>').text(
    t("panel.copy"),
  );
  copy.on("click", () => RED.clipboard.copyText(sample.text(), copy, t("panel.copied")));
  const fillIn = $('<button type="button" class="red-ui-button red-ui-button-small"></button>').text(
    t("panel.fill-in"),
  );
  fillIn.on("click", () => args.fillIn());
  head.append(copy, inputs.length > 0 ? fillIn : "");
  panel.append(sample);
  return () => undefined;
}

function formOf(panel, head, service, args, check) {
  const { inputs } = service;
  const fill = $('<button type="button" class="red-ui-button red-ui-button-small"></button>').text(
    t("panel.fill"),
  );
  head.append(fill);
  let members = new Map();
  let question = 0;
  let timer;
  const rows = inputs.map((input) => {
    const row = parameterRow(input, (raw) => {
      members = withMember(members, inputs, input.identifier, raw);
      args.write(objectText(members));
      checkSoon();
    });
    panel.append(row.element);
    return { ...row, identifier: input.identifier };
  });
  const rest = $('<div class="aliyun-iot-parameter-problem" aria-live="polite"></div>').appendTo(panel);

  function checkSoon() {
    clearTimeout(timer);
    timer = setTimeout(() => void checkNow(), 250);
  }

  async function checkNow() {
    const mine = ++question;
    const text = args.text();
    // A form that nobody has begun to fill in is not wrong yet.
    const problems = membersOf(text)?.size > 0 ? await check(text).catch(() => []) : [];
    if (mine !== question) return;
    panel.find(".aliyun-iot-parameter-problem").empty();
    for (const { path, text: problem } of problems) {
      const [, identifier, below] = /^([^.[]*)(.*)$/.exec(path);
      const row = rows.find((candidate) => candidate.identifier === identifier);
      if (row) row.problem(below, sentence(problem));
      else rest.append(element("<div></div>", `${path} ${sentence(problem)}`.trim()));
    }
  }

  function follow() {
    const written = membersOf(args.text());
    // Text that is being typed and is no JSON yet must not be overwritten.
    panel
      .find(":input")
      .not(fill)
      .prop("disabled", !written && args.text().trim() !== "");
    members = written ?? new Map();
    for (const row of rows) row.set(members.get(row.identifier));
    checkSoon();
  }

  fill.on("click", () => {
    args.write(foldJson(service.example));
    follow();
  });
  follow();
  return follow;
}

/** Parameters with what they must be, to be read. */
function listOf(parameters) {
  const list = $('<dl class="aliyun-iot-list"></dl>');
  for (const parameter of parameters) {
    list.append($("<dt></dt>").append(nameElement(parameter)));
    list.append(element("<dd></dd>", factsOf(parameter)));
  }
  return list;
}

export { showParameters };
