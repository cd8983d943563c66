import { accountId, input } from "../../editor/device/index";
import { configNode, isVariable, numberBounds, readBounded, translatorOf, trimmed } from "../../editor/index";
import type { Count } from "./count-text.editor";
import { minSeconds, minTimeText } from "./estimate.editor";

const t = translatorOf("fleet");
/** What the times are shown for while nobody has counted. */
const example = [10_000];

/**
 * Shows beside each strategy how long the devices will take, by what the account allows.
 * @returns a function to be told what was counted, and undefined once that no longer holds
 */
export function addTimes(): (count: Count | undefined) => void {
  let products = example;

  function show(): void {
    const account = configNode(accountId());
    const speed = {
      rate: boundedIn(account?.["rate"], numberBounds.rate),
      pace: boundedIn(input("pace").val(), numberBounds.pace),
    };
    const total = products.reduce((sum, devices) => sum + devices, 0);
    const seconds = minSeconds(products, speed);
    $("#aliyun-iot-single-time").text(minTimeText(total, seconds.single, t));
    $("#aliyun-iot-batch-time").text(minTimeText(total, seconds.batch, t));
  }

  input("account").add(input("pace")).on("change input", show);
  show();
  return (count) => {
    products = count && count.total > 0 ? count.products.map(({ total }) => total) : example;
    show();
  };
}

/** A setting; its default where it is an environment variable, or wrong. */
function boundedIn(value: unknown, bounds: (typeof numberBounds)["rate"]): number {
  const known = isVariable(value) ? "" : trimmed(value);
  return readBounded(known, bounds) ?? bounds.blank;
}
