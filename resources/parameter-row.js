import { element, factsOf, moreElement, nameElement, shownFields } from "./parameter-facts.js";
import { foldJson, isJson, membersOf, objectText } from "./raw-json.js";

let controls = 0;

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
  const { type, items, fields, moreFields } = parameter.isUnchecked ? {} : parameter.dataType;
  if (type === "struct") return structControl(fields, moreFields, onChange);
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
    const isListed = select.children().is((_index, option) => option.value === value);
    if (!isListed) {
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

function structControl(fields, moreFields, onChange) {
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
  group.append(moreElement(moreFields));
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
  if (!isGroup) {
    side.append(element('<div class="aliyun-iot-facts"></div>', factsOf(parameter, true)));
    if (!parameter.isUnchecked) side.append(shownFields(parameter.dataType));
  }
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

export { parameterRow, withMember };
