import { sentence } from "./look-up.js";

const t = (key, params) => sentence({ key, params });
const element = (html, text) => $(html).text(text ?? "");
const mostNamed = 20;

/** What a parameter must be, in one line: `float · 0 … 100 % · step 0.1`. */
function factsOf({ dataType, isUnchecked }, isInForm) {
  if (isUnchecked) return t("panel.unchecked");
  return typeFacts(isInForm ? { ...dataType, items: undefined } : dataType);
}

function typeFacts({ type, exact, unit, unitName, length, size, items, moreItems, item, ...limits }) {
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
  if (items) facts.push(itemsText(items, moreItems));
  if (item) facts.push(t("panel.of", { item: typeFacts(item) }));
  return facts.join(" · ");
}

function itemsText(items, moreItems = 0) {
  const named = items.slice(0, mostNamed).map(({ value, label }) => {
    return label && label !== String(value) ? `${value} ${label}` : String(value);
  });
  return items.length + moreItems > mostNamed ? `${named.join(", ")}, …` : named.join(", ");
}

/** The fields of a struct, or of the structs in an array. */
const fieldsOf = ({ fields, item }) => fields ?? (item && fieldsOf(item)) ?? [];
const moreFieldsOf = ({ moreFields, item }) => moreFields ?? (item && moreFieldsOf(item)) ?? 0;

/** A parameter's name as people know it, and its identifier where that differs. */
function nameElement({ identifier, name }) {
  const label = $('<span class="aliyun-iot-parameter-name"></span>').append(
    element("<code></code>", identifier),
  );
  if (name && name !== identifier) label.append(" ", element("<span></span>", name));
  return label;
}

/** Parameters with what they must be, to be read, and how many more there are; fields stand below their struct. */
function listOf(parameters, more = 0) {
  if (parameters.length === 0 && more === 0) return $();
  const list = $('<dl class="aliyun-iot-list"></dl>');
  for (const parameter of parameters) {
    list.append($("<dt></dt>").append(nameElement(parameter)));
    const facts = element("<dd></dd>", factsOf(parameter)).appendTo(list);
    if (!parameter.isUnchecked) facts.append(shownFields(parameter.dataType));
  }
  return list.add(moreElement(more));
}

/** The fields of a struct, or of the structs in an array, to be read. */
const shownFields = (dataType) => listOf(fieldsOf(dataType), moreFieldsOf(dataType));

/** Says how many parameters are not shown: the server sends only those that are. */
function moreElement(more = 0) {
  if (more === 0) return $();
  return element('<div class="aliyun-iot-facts"></div>', t("panel.more", { count: more }));
}

export { element, factsOf, listOf, moreElement, nameElement, shownFields };
