import {
  accountId,
  addDeviceChoice,
  addIdentifierChoice,
  addModelPanel,
  holdFields,
  identifierIn,
  type Inputs,
  neededOwner,
  owner,
  refreshOnChange,
  type ServiceView,
} from "../../editor/device/index";
import { isOpen, serviceList, t, translatorOf } from "../../editor/index";
import { addCallNow } from "./call-now.editor";
import type { InvokeNode } from "./invoke-properties.editor";
import { addReplyChoice } from "./reply-choice.editor";

const own = translatorOf("invoke-service");

/** Adds what the cloud knows to the dialog of the invoke node: device and service by their names, and the inputs. */
export function addLookUps(node: InvokeNode, inputs: Inputs): void {
  const isCurrent = holdFields(["service", "args"]);
  const isStillOpen = (): boolean => isOpen(node) && isCurrent();
  const reply = addReplyChoice();
  const callNow = addCallNow(node);
  const service = addIdentifierChoice({
    property: "service",
    invitation: own("aliyun-iot-invoke-service.choose.service"),
    list: (choose) => services(choose, () => void panel.refresh(true)),
  });
  const device = addDeviceChoice(() => service.openIfBlank(), isStillOpen);
  const panel = addModelPanel<ServiceView>({
    inputs,
    texts: {
      heading: t("panel.takes"),
      none: t("panel.no-inputs"),
      noneInForm: t("panel.no-inputs-form"),
      invitation: t("panel.service-first"),
    },
    route: "service",
    check: "args",
    query: serviceQuery,
    onKnown(known) {
      service.show(known && { name: known.name, aside: howItAnswers(known) });
      reply.know(known?.callType);
      inputs.know(known?.inputs);
      callNow.know(known?.inputs);
    },
    note: $("#aliyun-iot-service-note"),
    isSaid: () => device.hasProblem(),
    isOpen: isStillOpen,
  });
  refreshOnChange(node, ["service"], (isStale) => {
    void device.refresh(isStale);
    void panel.refresh(isStale);
  });
}

/** @param renewed is called after the cloud was asked again */
function services(choose: (identifier: string) => void, renewed: () => void) {
  return serviceList(accountId, neededOwner, ({ identifier }) => choose(identifier), renewed);
}

/** The service that the dialog names; undefined where too little of it is known before any message. */
function serviceQuery(): { iotId?: string; productKey?: string; service: string } | undefined {
  const [service, { iotId, productKey }] = [identifierIn("service"), owner()];
  if (!service || (!iotId && !productKey)) return undefined;
  return { ...(iotId && { iotId }), ...(productKey && { productKey }), service };
}

function howItAnswers({ callType }: ServiceView): string {
  return callType === "sync" ? t("panel.at-once") : t("panel.later");
}
