import { failureText, type FailureTexts } from "../index";
import { modulesIn } from "./module-names";

/** The field for custom modules, whose properties are shown beside those of the product. */
interface ModulesField {
  /** Their ids, for a question; nothing where none are named. */
  query(): { modules?: string };
  /** Why properties of a module are not shown, if they are not. */
  note(error: FailureTexts | undefined): void;
  onChange(refreshSoon: () => void): void;
}

/**
 * Adds it. The platform does not list custom modules, so the field begins with those that are in use.
 * @param text the form or the JSON of the node
 */
export function addModules(text: string): ModulesField {
  const field = $("#aliyun-iot-modules").val(modulesIn(text).join(", "));
  $("#aliyun-iot-modules-more").prop("open", field.val() !== "");
  return {
    query() {
      const ids = String(field.val() ?? "")
        .split(/[\s,，]+/)
        .filter((id) => /^[\w-]+$/.test(id));
      return ids.length > 0 ? { modules: [...new Set(ids)].join(",") } : {};
    },
    note: (error) => void $("#aliyun-iot-modules-note").text(error ? failureText(error) : ""),
    onChange: (refreshSoon) => void field.on("input change", refreshSoon),
  };
}
