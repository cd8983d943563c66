import { isJson } from "../../editor/raw-json";
import { isVariable } from "../../lib/base/env-name";
import { isObject } from "../../lib/base/json";
import { readTagText } from "../../lib/base/tag-text";
import { textOf } from "../../lib/base/text";

/** The entries of a list that was typed: JSON of an array, or names with commas between them or one a line. */
export function readFixedList(type: string, text: string): unknown[] | undefined {
  if (type === "str") {
    const names = text.split(/[\n,，]/).map((name) => name.trim());
    return names.filter((name) => name !== "");
  }
  const read: unknown = type === "json" && isJson(text) ? JSON.parse(text) : undefined;
  return Array.isArray(read) ? read : undefined;
}

/** Tags that were typed: JSON of an object with texts, or `key=value` parts. */
export function readFixedTags(type: string, text: string): Record<string, string> | undefined {
  if (type === "str") return readTagText(text);
  const read: unknown = type === "json" && isJson(text) ? JSON.parse(text) : undefined;
  if (!isObject(read)) return undefined;
  const tags = Object.entries(read);
  const isSound = tags.length > 0 && tags.every(([key, value]) => key !== "" && typeof value === "string");
  return isSound ? (read as Record<string, string>) : undefined;
}

/** What the runtime is asked to count, or why it cannot be counted yet: too little is chosen, or a message decides. */
export type CountRequest = { body: Record<string, unknown> } | { whyNot: "incomplete" | "from-message" };

/**
 * What to count for the fields of the dialog.
 * @param fieldOf the value of a property, and of its type beside it
 */
export function countRequest(fieldOf: (property: string) => unknown): CountRequest {
  const targets = textOf(fieldOf("targets"));
  if (targets === "product") return fixed("productKey", (productKey) => ({ targets, productKey }));
  if (targets === "group") return fixed("groupId", (groupId) => ({ targets, groupId }));
  if (targets === "list") return listRequest();
  if (targets !== "tags") return { whyNot: "incomplete" };
  return fixed("tags", (text, type) => {
    const tags = readFixedTags(type, text);
    return tags && { targets, tags };
  });

  function listRequest(): CountRequest {
    const list = fixed("devices", (text, type) => {
      const devices = readFixedList(type, text);
      return devices && { targets: "list", devices };
    });
    if (textIn("productKey") === "" || "whyNot" in list) return list;
    return fixed("productKey", (productKey) => ({ ...list.body, productKey }));
  }

  function textIn(property: string): string {
    return (textOf(fieldOf(property)) ?? "").trim();
  }

  function fixed(
    property: string,
    bodyOf: (text: string, type: string) => Record<string, unknown> | undefined,
  ): CountRequest {
    const [text, type] = [textIn(property), textIn(`${property}Type`)];
    if ((type !== "str" && type !== "json") || isVariable(text)) return { whyNot: "from-message" };
    const body = text === "" ? undefined : bodyOf(text, type);
    return body ? { body: { ...body, states: true } } : { whyNot: "incomplete" };
  }
}
