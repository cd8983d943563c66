import {
  lookUp,
  type ModelOwner,
  problemText,
  type ServiceView,
  showFormAlone,
  showParameters,
  t,
} from "../../editor/index";
import type { ArgsProblem } from "../../lib/thing-model/problem";
import type { Inputs } from "./inputs.editor";
import { accountId, owner, serviceName } from "./invoke-form.editor";

/** The panel under the switch of the inputs. */
interface ServicePanel {
  /** Looks the service up, unless it is known and not stale. Never rejects. */
  refresh(isStale?: boolean): Promise<void>;
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
  text: string;
  follow(): void;
}

/**
 * Adds the panel. It keeps the service until a field above it changes.
 * @param onKnown called with the service, or with undefined while none is known
 * @param isSaid whether the problem is already shown elsewhere
 * @param isOpen whether the dialog is still open
 */
export function addServicePanel(
  inputs: Inputs,
  onKnown: (service: ServiceView | undefined) => void,
  isSaid: () => Promise<boolean>,
  isOpen: () => boolean,
): ServicePanel {
  const panel = $("#aliyun-iot-panel");
  const problem = $("#aliyun-iot-service-note");
  let known: Known | undefined;
  let shown: Shown | undefined;
  let question = 0;
  // A form that is about to get its model is not shown without it: it would change under the cursor.
  let isAsking = wantedService() !== undefined;

  function show(): void {
    const type = inputs.type();
    if (!known?.service) {
      shown = undefined;
      panel.empty();
      if (inputs.mode() === "form" && !isAsking) showFormAlone(panel, inputs);
      return;
    }
    const { account, query, service } = known;
    const source = ["msg", "flow", "global"].includes(type) ? `${type}.${inputs.text()}` : t("picker.args");
    const check = (written: string): Promise<ArgsProblem[]> =>
      lookUp<{ problems: ArgsProblem[]; notes?: ArgsProblem[] }>(
        account,
        "args",
        {},
        { ...query, args: written },
      ).then(({ problems, notes = [] }) => [...problems, ...notes]);
    const text = inputs.text();
    const args = {
      mode: inputs.mode(),
      isJson: type === "json" || type === "str",
      source,
      text: () => inputs.text(),
      write: (written: string) => inputs.write(written),
    };
    shown = { type, text, ...showParameters(panel, service, args, check) };
  }

  inputs.onChange(() => {
    const isSame = shown?.type === inputs.type() && inputs.mode() === "expression";
    if (shown && isSame) shown.follow();
    else if (!shown || shown.type !== inputs.type() || shown.text !== inputs.text()) show();
  });

  async function refresh(isStale = false): Promise<void> {
    const wanted = wantedService();
    if (wanted && !isStale && wanted.key === known?.key && known.service) return;
    const mine = ++question;
    known = wanted;
    onKnown(undefined);
    problem.empty();
    isAsking = wanted !== undefined;
    if (!wanted) return show();
    try {
      const query = { ...wanted.query, refresh: isStale ? 1 : undefined };
      const service = await lookUp<ServiceView>(wanted.account, "service", query);
      if (mine !== question || !isOpen()) return;
      isAsking = false;
      wanted.service = service;
      onKnown(service);
    } catch (error) {
      const isKnown = await isSaid();
      if (mine !== question || !isOpen()) return;
      isAsking = false;
      if (!isKnown) problem.text(problemText(error));
    }
    show();
  }

  show();
  return { refresh };
}

/** The service that the dialog names; undefined where too little of it is known before any message. */
function wantedService(): Known | undefined {
  const [account, service, { iotId, productKey }] = [accountId(), serviceName(), owner()];
  if (!account || !service || (!iotId && !productKey)) return undefined;
  const key = JSON.stringify([account, iotId, productKey, service]);
  return { key, account, query: { iotId, productKey, service } };
}
