import { type FoundRows, lookUp, t } from "../../editor/index";
import { type Kind, type KnownSource, messageShape } from "./message-shape.editor";

/** What the dialog asks for; names are undefined where they are not known before any message. */
interface Wanted extends KnownSource {
  kind: Kind;
  isValue: boolean;
  account: string;
}

/** A property, an event or a service of a thing model. */
interface Row {
  identifier: string;
  name: string;
  dataType?: string;
  callType?: string;
}

interface MessagePanel {
  /** Shows what is known. What belongs to another product or kind disappears at once. */
  show(): void;
  /** Looks up what the chosen product has, unless it is known. Never rejects. */
  refresh(): Promise<void>;
}

/** The routes that list what a kind of message can be about. */
const routes: Partial<Record<Kind, string>> = {
  property: "properties",
  event: "events",
  reply: "services",
};
const headings: Partial<Record<Kind, string>> = {
  property: "shape.of-property",
  event: "shape.of-event",
  reply: "shape.of-reply",
};
const maxShown = 12;

/**
 * Shows in a panel what the message-in node sends: examples, and what the chosen product can send.
 * @param wanted reads the dialog
 */
export function addMessagePanel(panel: JQuery, wanted: () => Wanted): MessagePanel {
  let known = { key: "", rows: [] as Row[], matches: 0 };
  /** What is being looked up. */
  let asked = "";
  let shown = "";

  function show(): void {
    const now = wanted();
    if (keyOf(now) !== known.key) known = { key: "", rows: [], matches: 0 };
    const content = JSON.stringify([now, known]);
    if (content === shown) return;
    shown = content;
    const chosen = known.rows.find(({ identifier }) => identifier === now.identifier);
    const first = now.identifier === undefined ? known.rows[0] : chosen;
    const identifier = now.identifier ?? first?.identifier;
    const rows = rowsElement(now.kind, known.rows, known.matches);
    showShape(panel, now, { ...now, identifier, dataType: first?.dataType }, rows);
  }

  async function refresh(): Promise<void> {
    const { account, kind, productKey } = wanted();
    const [key, route] = [keyOf({ account, kind, productKey }), routes[kind]];
    if (!route || !account || productKey === undefined || key === known.key || key === asked) return show();
    asked = key;
    try {
      const found = await lookUp<FoundRows<Row>>(account, route, { productKey });
      // Only services that reply later have replies.
      const rows = found.rows.filter(({ callType }) => callType !== "sync");
      if (key !== keyOf(wanted())) return;
      known = { key, rows, matches: found.matches - (found.rows.length - rows.length) };
    } catch {
      // The note below the product or the subscription says why.
    } finally {
      if (asked === key) asked = "";
    }
    show();
  }

  return { show, refresh };
}

function keyOf({ account, kind, productKey }: Pick<Wanted, "account" | "kind" | "productKey">): string {
  return JSON.stringify([account, kind, productKey]);
}

/** @param rows what the product can send; stands below the payload, which is about it */
function showShape(panel: JQuery, { kind, isValue }: Wanted, known: KnownSource, rows: JQuery): void {
  panel.empty();
  panel.append(
    $('<div class="aliyun-iot-panel-head"></div>').append($("<strong></strong>").text(t("shape.sends"))),
  );
  const line = (name: string, text: string, example?: string): void => {
    const head = $('<div class="aliyun-iot-shape"></div>').appendTo(panel);
    head.append($("<code></code>").text(name), $("<span></span>").text(text));
    if (example) panel.append($('<pre class="aliyun-iot-example" tabindex="0"></pre>').text(example));
  };
  const { payloadText, payload, topic, message } = messageShape(kind, isValue, known);
  line("msg.payload", t(payloadText), payload);
  panel.append(rows);
  line("msg.topic", topic ?? t("shape.topic"));
  line("msg.message", t("shape.message"), message);
}

/** What the product can send. Names come from the platform and are inserted as text only. */
function rowsElement(kind: Kind, rows: Row[], matches: number): JQuery {
  const element = $("<div></div>");
  if (rows.length === 0) return element;
  element.append($('<div class="aliyun-iot-facts"></div>').text(t(headings[kind] ?? "")));
  const list = $('<dl class="aliyun-iot-list"></dl>').appendTo(element);
  for (const { identifier, name, dataType } of rows.slice(0, maxShown)) {
    const facts = [name === identifier ? "" : name, dataType].filter(Boolean).join(" · ");
    list.append($("<dt></dt>").text(identifier), $("<dd></dd>").text(facts));
  }
  if (matches > maxShown) {
    const rest = t("shape.rest", { count: matches - maxShown });
    element.append($('<div class="aliyun-iot-facts"></div>').text(rest));
  }
  return element;
}
