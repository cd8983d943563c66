import { sentence } from "./look-up.js";

const t = (key, params) => sentence({ key, params });
const element = (html, text) => $(html).text(text ?? "");
/** What the platform allows is far below; more than these would only make the page slow. */
const mostRows = 100;
const mostNamed = 20;

/** What a parameter must be, in one line: `float · 0 … 100 % · step 0.1`. */
function factsOf({ dataType, isUnchecked }, isInForm) {
  if (isUnchecked) return t("panel.unchecked");
  return typeFacts(isInForm ? { ...dataType, items: undefined } : dataType);
}

function typeFacts({ type, exact, unit, unitName, length, size, items, item, ...limits }) {
  const facts = [type];
  // The model's own digits, where JavaScript cannot hold them.
  const { min, max, step } = { ...limits, ...exact };
  const measure = unit || unitName;
  const isBounded = min !== undefined || max !== undefined;
  if (isBounded) facts.push(`${min ?? "−∞"} … ${max ?? "∞"}${measure ? ` ${measure}` : ""}`);
  else if (measure) facts.push(measure);
  if (step !== undefined && !(type === "int" && step === 1)) facts.push(t("panel.step", { step }));
  if (length !== undefined) facts.push(t("panel.bytes", { length }));
  if (size !== undefined) facts.push(t("panel.elements", { size }));
  if (items) facts.push(itemsText(items));
  if (item) facts.push(t("panel.of", { item: typeFacts(item) }));
  return facts.join(" · ");
}

function itemsText(items) {
  const named = items.slice(0, mostNamed).map(({ value, label }) => {
    return label && label !== String(value) ? `${value} ${label}` : String(value);
  });
  return items.length > mostNamed ? `${named.join(", ")}, …` : named.join(", ");
}

/** The fields of a struct, or of the structs in an array. */
const fieldsOf = ({ fields, item }) => fields ?? (item && fieldsOf(item)) ?? [];

/** A parameter's name as people know it, and its identifier where that differs. */
function nameElement({ identifier, name }) {
  const label = $('<span class="aliyun-iot-parameter-name"></span>').append(
    element("<code></code>", identifier),
  );
  if (name && name !== identifier) label.append(" ", element("<span></span>", name));
  return label;
}

/** Parameters with what they must be, to be read; fields stand below their struct. */
function listOf(parameters) {
  if (parameters.length === 0) return $();
  const list = $('<dl class="aliyun-iot-list"></dl>');
  for (const parameter of parameters.slice(0, mostRows)) {
    list.append($("<dt></dt>").append(nameElement(parameter)));
    const facts = element("<dd></dd>", factsOf(parameter)).appendTo(list);
    if (!parameter.isUnchecked) facts.append(listOf(fieldsOf(parameter.dataType)));
  }
  return list.add(moreElement(parameters));
}

/** Says how many parameters are not shown. */
function moreElement({ length }) {
  if (length <= mostRows) return $();
  return element('<div class="aliyun-iot-facts"></div>', t("panel.more", { count: length - mostRows }));
}

export { element, factsOf, fieldsOf, listOf, moreElement, mostRows, nameElement };
