import { t } from "../../editor/index";
import { type Kind, messageShape } from "./message-shape.editor";

/** Shows in a panel what the message-in node sends for a kind of message. */
export function showMessageShape(panel: JQuery, kind: Kind, isValue: boolean): void {
  panel.empty();
  panel.append(
    $('<div class="aliyun-iot-panel-head"></div>').append($("<strong></strong>").text(t("shape.sends"))),
  );
  const line = (name: string, text: string, example?: string): void => {
    const head = $('<div class="aliyun-iot-shape"></div>').appendTo(panel);
    head.append($("<code></code>").text(name), $("<span></span>").text(text));
    if (example) panel.append($('<pre class="aliyun-iot-example" tabindex="0"></pre>').text(example));
  };
  const { payloadText, payload, topic, message } = messageShape(kind, isValue);
  line("msg.payload", t(payloadText), payload);
  line("msg.topic", topic ?? t("shape.topic"));
  line("msg.message", t("shape.message"), message);
}
