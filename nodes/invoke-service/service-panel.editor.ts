import {
  errorText,
  isJson,
  lookUp,
  type ModelOwner,
  type ServiceView,
  showParameters,
  t,
} from "../../editor/index";
import type { ArgsProblem } from "../../lib/thing-model/problem";
import { accountId, input, owner, textOf } from "./invoke-form.editor";

/** The panel under Args. */
export interface ServicePanel {
  /** Looks the service up, unless it is known and not stale. Never rejects. */
  refresh(isStale?: boolean): Promise<void>;
  /** Args were changed by other means. */
  follow(): void;
}

type ServiceQuery = ModelOwner & { service: string };

interface Known {
  key: string;
  account: string;
  query: ServiceQuery;
  service?: ServiceView;
}

/** What was shown last, and for which args. */
interface Shown {
  type: string;
  source: string;
  follow(): void;
}

/**
 * Adds the panel. It keeps the service until a field above it changes.
 * @param onKnown called with the service, or with undefined while none is known
 */
export function addServicePanel(onKnown: (service: ServiceView | undefined) => void): ServicePanel {
  const panel = $("#aliyun-iot-panel");
  const args = input("args");
  let known: Known | undefined;
  let shown: Shown | undefined;
  let isWriting = false;
  let question = 0;

  const text = (): string => args.typedInput("value");

  function write(written: string): void {
    isWriting = true;
    args.typedInput("value", written);
    isWriting = false;
  }

  function show(): void {
    if (!known?.service) return;
    const { account, query, service } = known;
    const type = args.typedInput("type");
    const name = ["msg", "flow", "global"].includes(type) ? `${type}.${text()}` : t("picker.args");
    const check = (written: string): Promise<ArgsProblem[]> =>
      lookUp<{ problems: ArgsProblem[]; notes?: ArgsProblem[] }>(
        account,
        "args",
        {},
        { ...query, args: written },
      ).then(({ problems, notes = [] }) => [...problems, ...notes]);
    const source = { isForm: type === "json", source: name, text, write, fillIn };
    shown = { type, source: text(), ...showParameters(panel, service, source, check) };
  }

  function fillIn(): void {
    args.typedInput("type", "json");
    if (!isJson(text())) write("{}");
    show();
  }

  async function refresh(isStale = false): Promise<void> {
    const wanted = wantedService();
    if (wanted && !isStale && wanted.key === known?.key && known.service) return;
    const mine = ++question;
    known = wanted;
    onKnown(undefined);
    if (!wanted) {
      panel.empty();
      return;
    }
    try {
      const query = { ...wanted.query, refresh: isStale ? 1 : undefined };
      const service = await lookUp<ServiceView>(wanted.account, "service", query);
      if (mine !== question) return;
      wanted.service = service;
      onKnown(service);
      show();
    } catch (error) {
      if (mine !== question) return;
      panel.empty().append($('<div class="aliyun-iot-facts"></div>').text(errorText(error)));
    }
  }

  function follow(): void {
    if (isWriting || !known?.service) return;
    const isSame = shown?.type === args.typedInput("type");
    if (isSame && shown?.type === "json") shown.follow();
    else if (!isSame || shown?.source !== text()) show();
  }

  return { refresh, follow };
}

/** The service that the dialog names; undefined where too little of it is known before any message. */
function wantedService(): Known | undefined {
  const [account, service, { iotId, productKey }] = [accountId(), textOf("service"), owner()];
  if (!account || !service || (!iotId && !productKey)) return undefined;
  const key = JSON.stringify([account, iotId, productKey, service]);
  return { key, account, query: { iotId, productKey, service } };
}
