import { addConfigNode, configNode, configNodesOf } from "../index";
import { accountId } from "./fields";

/**
 * The choice of the subscription that receives the device's reply: its fields show while one is awaited, the account's
 * only subscription is suggested, and that of a simulator, which needs nothing but its account, is added by a button.
 * @param isAwaited whether the dialog says that the reply is awaited
 * @returns `follow`, to be called when the user changes that, and `show` where it changed otherwise
 */
export function addSubscriptionChoice(isAwaited: () => boolean): {
  follow(event?: { originalEvent?: Event | undefined }): void;
  show(): void;
} {
  const subscription = $("#node-input-subscription");
  const offer = $("#aliyun-iot-no-subscription");

  function show(): void {
    $(".aliyun-iot-when-awaiting").toggleClass("aliyun-iot-hidden", !isAwaited());
    const isOffered =
      configNode(accountId())?.["platform"] === "simulator" && !configNode(subscription.val());
    offer.toggleClass("aliyun-iot-hidden", !isOffered);
  }

  function suggest(): void {
    if (!isAwaited() || configNode(subscription.val())) return;
    const [own, other] = subscriptionsOf(accountId());
    if (own !== undefined && other === undefined) subscription.val(own).trigger("change");
  }

  subscription.on("change", show);
  $("#node-input-account").on("change", show);
  offer.find("button").on("click", () => {
    addConfigNode(subscription, "aliyun-iot-subscription", { account: accountId() });
    subscription.trigger("focus");
  });
  show();
  return {
    follow(event) {
      // The editor triggers changes too when it opens a dialog: one that is gone must not seem to have been replaced.
      if (!event || event.originalEvent) suggest();
      show();
    },
    show,
  };
}

function subscriptionsOf(account: string): string[] {
  const all = account ? configNodesOf("aliyun-iot-subscription") : [];
  return all.filter((node) => node["account"] === account).map(({ id }) => id);
}
