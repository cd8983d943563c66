import type { DataType, Parameter } from "../../lib/thing-model/data-type";
import { t } from "../index";
import { factsOf, fieldsOf, moreFieldsOf } from "./parameter-facts";

/** An element with a text; HTML in the text is escaped. */
export function element(html: string, text = ""): JQuery {
  return $(html).text(text);
}

/** A parameter's display name, and its identifier if that differs. */
export function nameElement({ identifier, name }: Parameter): JQuery {
  const label = $('<span class="aliyun-iot-parameter-name"></span>').append(
    element("<code></code>", identifier),
  );
  if (name && name !== identifier) label.append(" ", element("<span></span>", name));
  return label;
}

/**
 * Parameters with what they must be, to be read; fields stand below their struct.
 * @param more how many there are beside these
 */
export function listOf(parameters: readonly Parameter[], more = 0): JQuery {
  if (parameters.length === 0 && more === 0) return $();
  const list = $('<dl class="aliyun-iot-list"></dl>');
  for (const parameter of parameters) {
    list.append($("<dt></dt>").append(nameElement(parameter)));
    const facts = element("<dd></dd>", factsOf(parameter, t)).appendTo(list);
    if (!parameter.isUnchecked) facts.append(fieldList(parameter.dataType));
  }
  return list.add(moreElement(more));
}

/** The fields of a struct, or of the structs in an array, to be read. */
export function fieldList(dataType: DataType): JQuery {
  return listOf(fieldsOf(dataType), moreFieldsOf(dataType));
}

/** Says how many parameters are not shown: the runtime sends only those that are. */
export function moreElement(more = 0): JQuery {
  if (more === 0) return $();
  return element('<div class="aliyun-iot-facts"></div>', t("panel.more", { count: more }));
}
