import {
  addDeviceChoice,
  addModelPanel,
  addModules,
  addSubscriptionChoice,
  holdFields,
  input,
  type Inputs,
  type ModelView,
  owner,
  refreshOnChange,
} from "../../editor/device/index";
import { type FailureTexts, isOpen, translatorOf } from "../../editor/index";
import type { SetPropertiesNode } from "./properties-node.editor";

const t = translatorOf("set-properties");

/** The writable properties of a product, and why those of a module are not among them. */
interface WritableView extends ModelView {
  error?: FailureTexts;
}

/** Adds what the cloud knows to the dialog of the node: the device by its name, and its writable properties. */
export function addLookUps(node: SetPropertiesNode, inputs: Inputs): void {
  const isCurrent = holdFields(["items", "mode", "confirm"]);
  const isStillOpen = (): boolean => isOpen(node) && isCurrent();
  const modules = addModules(inputs.text());
  const reply = addSubscriptionChoice(() => ["reply", "reported"].includes(String(input("confirm").val())));
  input("confirm").on("change", (event) => reply.follow(event));
  const device = addDeviceChoice(() => undefined, isStillOpen);
  const panel = addModelPanel<WritableView>({
    inputs,
    texts: {
      heading: t("aliyun-iot-set-properties.panel.heading"),
      none: t("aliyun-iot-set-properties.panel.none"),
      noneInForm: t("aliyun-iot-set-properties.panel.none"),
      invitation: t("aliyun-iot-set-properties.panel.invitation"),
    },
    route: "writable",
    check: "items",
    query: () => propertiesQuery(modules.query()),
    onKnown(known) {
      modules.note(known?.error);
      inputs.know(known?.inputs);
    },
    note: $("#aliyun-iot-items-note"),
    isSaid: () => device.hasProblem(),
    isOpen: isStillOpen,
  });
  const refreshSoon = refreshOnChange(node, ["mode"], (isStale) => {
    void device.refresh(isStale);
    void panel.refresh(isStale);
  });
  modules.onChange(refreshSoon);
}

/** Whose properties; undefined where too little is known before any message. */
function propertiesQuery(modules: { modules?: string }): Record<string, string | undefined> | undefined {
  const { iotId, productKey } = owner();
  if (!iotId && !productKey) return undefined;
  return {
    ...(iotId ? { iotId } : { productKey }),
    ...modules,
    mode: String(input("mode").val() ?? ""),
  };
}
