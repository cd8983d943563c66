import { addConfigNode, configNodesOf } from "../index";
import { input } from "./fields";

/**
 * Offers the simulator as an account where there is none yet, with one click.
 * @param next called when it is chosen
 */
export function addSimulatorOffer(next: () => void): void {
  const offer = $("#aliyun-iot-no-account");
  const show = (): void => {
    offer.toggleClass("aliyun-iot-hidden", configNodesOf("aliyun-iot-account").length > 0);
  };
  offer.find("button").on("click", () => {
    addConfigNode(input("account"), "aliyun-iot-account", { platform: "simulator" });
    next();
  });
  input("account").on("change", show);
  show();
}
