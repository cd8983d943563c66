import {
  addList,
  addPicker,
  needed,
  serviceList,
  type ServiceView,
  showChosen,
  t,
  translatorOf,
} from "../../editor/index";
import { accountId, fieldOf, input, isBlank, owner, put, shownIn } from "./invoke-form.editor";

const own = translatorOf("invoke-service");

/** The part of the dialog that names the service. */
interface ServiceChoice {
  /** Opens the list of services, unless one is named already. */
  openIfBlank(): void;
  /** Shows the service; undefined if it is not known. */
  show(service: ServiceView | undefined): void;
}

/**
 * Adds the button that chooses a service by its name, and a picker to the field below it.
 * @param renewed is called after the cloud was asked again
 */
export function addServiceChoice(renewed: () => void): ServiceChoice {
  const button = $("#aliyun-iot-choose-service");
  const keys = $("#aliyun-iot-service-keys");
  const byHand = $("#aliyun-iot-service-by-hand");
  const ownerOf = () => {
    const { iotId, productKey } = owner();
    needed(iotId ?? productKey, "picker.device-first");
    return { iotId, productKey };
  };
  const list = serviceList(accountId, ownerOf, ({ identifier }) => put("service", identifier), renewed);
  addList(button, { ...list, chosen: () => byHand.prop("open", false) });
  addPicker(fieldOf("service"), list);

  function show(service: ServiceView | undefined): void {
    const identifier = shownIn("service");
    const isSync = service?.callType === "sync";
    const chosen = {
      names: [service?.name],
      keys: identifier,
      aside: service && (isSync ? t("panel.at-once") : t("panel.later")),
    };
    const invitation = own("aliyun-iot-invoke-service.choose.service");
    showChosen(button, keys, isBlank("service") ? undefined : chosen, invitation);
    $(".aliyun-iot-service-tip").toggleClass("aliyun-iot-hidden", service !== undefined);
  }

  byHand.prop("open", input("service").typedInput("type") !== "str");
  show(undefined);
  return {
    openIfBlank() {
      if (isBlank("service")) button.trigger("click");
    },
    show,
  };
}
