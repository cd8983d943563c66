import { isJson } from "../../editor/index";

/** The properties in a form, as it stands in the flow file. */
export function namesInForm(form: unknown): string[] {
  return typeof form === "string" ? Object.keys(objectIn(form)) : [];
}

function objectIn(text: string): Record<string, object | undefined> {
  const read: unknown = isJson(text) ? JSON.parse(text) : undefined;
  return typeof read === "object" && read !== null ? (read as Record<string, object | undefined>) : {};
}
