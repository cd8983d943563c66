import type { NodeAPI } from "node-red";
import type { Text } from "../../lib/base/failure";

/** Texts that more than one node set needs are in the catalogue of the invoke node. */
export const catalogueName = "@thing-service/node-red-aliyun-iot/invoke-service";
const catalogue = `${catalogueName}:aliyun-iot-invoke-service`;

/** Turns a text of `lib/` into a sentence in the runtime's language. */
export type Translate = (text: Text | string) => string;

/**
 * The language of the texts that people read at run time. Node-RED takes it from its settings or from the environment,
 * and tells no node which one it took: so it is that of a text.
 */
export function languageOf(translate: Translate): "en-US" | "zh-CN" {
  return /\p{Script=Han}/u.test(translate({ key: "errors.read-closed" })) ? "zh-CN" : "en-US";
}

export function translator(RED: NodeAPI): Translate {
  const translate: Translate = (text) => {
    if (typeof text === "string") return text;
    const template: string = RED._(`${catalogue}.${text.key}`, { skipInterpolation: "true" });
    // Replaced here and not by i18next, which would also interpret placeholders and $t(…) in the values.
    return template.replace(/__(\w+?)__/g, (blank, name: string) => {
      const value = text.params?.[name];
      if (value === undefined) return blank;
      return typeof value === "object" ? translate(value) : String(value);
    });
  };
  return translate;
}
