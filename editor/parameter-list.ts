import type { Parameter } from "../lib/thing-model/data-type";
import { factsOf, fieldsOf } from "./parameter-facts";
import { t } from "./texts";

/** What the platform allows is far below; more than these would only make the page slow. */
export const maxRows = 100;

/** An element with a text; HTML in the text is shown, not obeyed. */
export function element(html: string, text = ""): JQuery {
  return $(html).text(text);
}

/** A parameter's name as people know it, and its identifier where that differs. */
export function nameElement({ identifier, name }: Parameter): JQuery {
  const label = $('<span class="aliyun-iot-parameter-name"></span>').append(
    element("<code></code>", identifier),
  );
  if (name && name !== identifier) label.append(" ", element("<span></span>", name));
  return label;
}

/** Parameters with what they must be, to be read; fields stand below their struct. */
export function listOf(parameters: readonly Parameter[]): JQuery {
  if (parameters.length === 0) return $();
  const list = $('<dl class="aliyun-iot-list"></dl>');
  for (const parameter of parameters.slice(0, maxRows)) {
    list.append($("<dt></dt>").append(nameElement(parameter)));
    const facts = element("<dd></dd>", factsOf(parameter, t)).appendTo(list);
    if (!parameter.isUnchecked) facts.append(listOf(fieldsOf(parameter.dataType)));
  }
  return list.add(moreElement(parameters));
}

/** Says how many parameters are not shown. */
export function moreElement({ length }: readonly Parameter[]): JQuery {
  if (length <= maxRows) return $();
  return element('<div class="aliyun-iot-facts"></div>', t("panel.more", { count: length - maxRows }));
}
