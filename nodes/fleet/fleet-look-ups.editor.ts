import {
  accountId,
  addIdentifierChoice,
  addModelPanel,
  addModules,
  addSimulatorOffer,
  holdFields,
  identifierIn,
  type Inputs,
  isBlank,
  type ModelView,
  nameIn,
  put,
  refreshOnChange,
  type ServiceView,
} from "../../editor/device/index";
import {
  type AnyList,
  type FailureTexts,
  isOpen,
  loadPart,
  needed,
  productList,
  serviceList,
  t as shared,
  translatorOf,
} from "../../editor/index";
import { type FleetNode, operationOf } from "./fleet-node.editor";
import { addReply } from "./fleet-reply.editor";
import { addGroup, addProduct } from "./named-targets.editor";

const t = translatorOf("fleet");
const more = ["operation", "service", "targets", "groupId"];
const others = ["args", "items", "devices", "tags", "offline", "strategy", "pace"];

/** The writable properties of a product, and why those of a module are not among them. */
interface WritableView extends ModelView {
  error?: FailureTexts;
}

/** What the parts of the dialog share. */
interface FleetDialog {
  node: FleetNode;
  product: ReturnType<typeof addProduct>;
  devices: ReturnType<typeof addDevices>;
  isStillOpen: () => boolean;
}

/** Adds what the cloud knows to the dialog: service, product and group by their names, the inputs, and the count. */
export function addLookUps(node: FleetNode, { args, values }: { args: Inputs; values: Inputs }): void {
  const isCurrent = holdFields([...more, ...others]);
  const isStillOpen = (): boolean => isOpen(node) && isCurrent();
  const reply = addReply(node);
  const devices = addDevices(node, isStillOpen);
  const product = addProduct(isStillOpen);
  const group = addGroup(isStillOpen);
  const dialog: FleetDialog = { node, product, devices, isStillOpen };
  const argsPanel = addArgsPanel(dialog, args, (callType) => reply.know(callType));
  const modules = addModules(values.text());
  const valuesPanel = addValuesPanel(dialog, values, modules);
  addSimulatorOffer(argsPanel.openIfBlank);
  const refreshSoon = refreshOnChange(node, more, (isStale) => {
    void product.refresh(isStale);
    void group.refresh(isStale);
    void argsPanel.refresh(isStale);
    void valuesPanel.refresh(isStale);
  });
  modules.onChange(refreshSoon);
}

/** The service, and the form of its inputs. */
function addArgsPanel(
  { node, product, devices, isStillOpen }: FleetDialog,
  args: Inputs,
  answers: (callType: ServiceView["callType"] | undefined) => void,
) {
  const service = addIdentifierChoice({
    property: "service",
    invitation: t("aliyun-iot-fleet.choose.service"),
    list: (choose) => services(choose, () => void panel.refresh(true)),
    before: productFirst,
  });
  const panel = addModelPanel<ServiceView>({
    inputs: args,
    texts: {
      heading: shared("panel.takes"),
      none: shared("panel.no-inputs"),
      noneInForm: shared("panel.no-inputs-form"),
      invitation: t("aliyun-iot-fleet.panel.service-first"),
    },
    route: "service",
    check: "args",
    query: () => serviceQuery(node),
    onKnown(known) {
      service.show(known && { name: known.name, aside: howItAnswers(known) });
      answers(known?.callType);
      args.know(known?.inputs);
      if (operationOf(node) !== "properties") devices.know(known?.example);
    },
    note: $("#aliyun-iot-service-note"),
    isSaid: () => product.hasProblem(),
    isOpen: isStillOpen,
  });
  return {
    refresh: (isStale: boolean) => panel.refresh(isStale),
    openIfBlank: () => service.openIfBlank(),
  };
}

/** The form of the properties that a product has. */
function addValuesPanel(
  { node, product, devices, isStillOpen }: FleetDialog,
  values: Inputs,
  modules: ReturnType<typeof addModules>,
) {
  return addModelPanel<WritableView>({
    inputs: values,
    panel: $("#aliyun-iot-values-panel"),
    texts: {
      heading: t("aliyun-iot-fleet.panel.properties"),
      none: t("aliyun-iot-fleet.panel.no-properties"),
      noneInForm: t("aliyun-iot-fleet.panel.no-properties"),
      invitation: t("aliyun-iot-fleet.panel.product-first"),
    },
    route: "writable",
    check: "items",
    query: () => valuesQuery(node, modules.query()),
    onKnown(known) {
      modules.note(known?.error);
      values.know(known?.inputs);
      if (operationOf(node) === "properties") devices.know(known?.example);
    },
    note: $("#aliyun-iot-items-note"),
    isSaid: () => product.hasProblem(),
    isOpen: isStillOpen,
  });
}

/**
 * Loads what the dialog says of its devices.
 * @returns `know`, to be told an example of args of an entry's own, or undefined
 */
function addDevices(
  node: FleetNode,
  isStillOpen: () => boolean,
): { know(example: string | undefined): void } {
  const part = import("./devices.lazy.editor.js");
  let example: string | undefined;
  let shown: { know(example: string | undefined): void } | undefined;
  void loadPart($("#aliyun-iot-count"), part, (loaded: typeof import("./devices.lazy.editor")) => {
    if (!isStillOpen()) return;
    shown = loaded.addDevices(node);
    shown.know(example);
  });
  return {
    know(known) {
      example = known;
      shown?.know(known);
    },
  };
}

/** @throws {LookUpError} while no product is named */
function neededProduct(): string {
  return needed(nameIn("productKey"), "picker.product-first");
}

/** The services of the product. @param renewed is called after the cloud was asked again */
function services(choose: (identifier: string) => void, renewed: () => void): AnyList {
  return serviceList(
    accountId,
    () => ({ productKey: neededProduct() }),
    ({ identifier }) => choose(identifier),
    renewed,
  );
}

/** The dialog begins with the service, whose list needs a product. */
function productFirst(list: AnyList): AnyList | undefined {
  if (!isBlank("productKey")) return undefined;
  return productList(accountId, ({ productKey }) => {
    put("productKey", productKey);
    return list;
  });
}

/** The service that the dialog names; undefined where too little of it is known before any message. */
function serviceQuery(node: FleetNode): Record<string, string> | undefined {
  const [service, productKey] = [identifierIn("service"), nameIn("productKey")];
  const isAsked = operationOf(node) !== "properties" && service && productKey;
  return isAsked ? { productKey, service } : undefined;
}

/** Whose properties are set; undefined where too little is known before any message. */
function valuesQuery(node: FleetNode, modules: { modules?: string }): Record<string, string> | undefined {
  const productKey = nameIn("productKey");
  const isAsked = operationOf(node) === "properties" && productKey;
  return isAsked ? { productKey, ...modules, mode: "now" } : undefined;
}

function howItAnswers({ callType }: ServiceView): string {
  return callType === "sync" ? shared("panel.at-once") : shared("panel.later");
}
