import { factsAt, fixedValue, type Parameter, typeAt } from "../../editor/device/index";
import { localize, t, translatorOf } from "../../editor/index";
import type { Text } from "../../lib/base/failure";

const own = translatorOf("invoke-service");

/** Something that a call without a message needs to be told, as the route returns it. */
export interface Question {
  key: string;
  name: Text | string;
  source: string;
  kind: "text" | "value" | "args";
}

/** The fields for what a message would bring. */
export interface Answers {
  /** The values by key; undefined where one is missing, which then has the focus. */
  read(): Record<string, object> | undefined;
}

/** Adds a field for each question. */
export function addQuestions(
  element: JQuery,
  questions: readonly Question[],
  inputs: readonly Parameter[],
): Answers {
  const fields = questions.map(({ key, name, source, kind }, index) => {
    const id = `aliyun-iot-call-answer-${index}`;
    const dataType = kind === "value" && typeof name === "string" ? typeAt(inputs, name) : undefined;
    const row = $('<div class="aliyun-iot-call-answer"></div>').appendTo(element);
    const label = $("<label></label>").attr("for", id).text(localize(name));
    const field = $(kind === "args" ? '<textarea rows="3"></textarea>' : '<input type="text" />');
    field.attr({ id, autocomplete: "off", spellcheck: "false", "aria-describedby": `${id}-facts` });
    const facts = [
      own("aliyun-iot-invoke-service.call.from", { source }),
      kind === "args" ? "JSON" : factsAt(dataType, t),
    ];
    const note = $('<span class="aliyun-iot-facts"></span>').attr("id", `${id}-facts`);
    row.append(label, field, note.text(facts.filter(Boolean).join(" · ")));
    field.on("input", () => field.removeAttr("aria-invalid"));
    const read = (): object | undefined => {
      const text = String(field.val() ?? "");
      if (kind === "value") return fixedValue(dataType, text);
      return text.trim() === "" ? undefined : { type: kind === "args" ? "json" : "str", value: text };
    };
    return { key, field, read };
  });
  return {
    read() {
      const values: Record<string, object> = {};
      for (const { key, field, read } of fields) {
        const value = read();
        if (!value) {
          field.attr("aria-invalid", "true").trigger("focus");
          return undefined;
        }
        values[key] = value;
      }
      return values;
    },
  };
}
