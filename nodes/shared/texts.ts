import type { NodeAPI } from "node-red";
import type { Text } from "../../lib/cloud/failure";

/** Sentences that more than one set needs live in the catalogue of the invoke node. */
const catalogue = "@thing-service/node-red-aliyun-iot/invoke-service:aliyun-iot-invoke-service";

/** Turns a text of `lib/` into a sentence in the runtime's language. */
export type Translate = (text: Text | string) => string;

export function translator(RED: NodeAPI): Translate {
  const translate: Translate = (text) => {
    if (typeof text === "string") return text;
    const values = Object.entries(text.params ?? {}).map(([name, value]) => {
      const words = typeof value === "object" ? translate(value) : String(value);
      // i18next would look up what stands in $t(…); values come from anywhere.
      return [name, words.replaceAll("$t(", "t(")];
    });
    return RED._(`${catalogue}.${text.key}`, Object.fromEntries(values) as Record<string, string>);
  };
  return translate;
}
