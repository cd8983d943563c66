import type { FailureTexts, Translate } from "../../editor/translate";

/** What the runtime counted. */
export interface Count {
  total: number;
  /** How many of them are online; absent where there are too many to ask about. */
  online?: number;
  /** How many can be asked about at most; present where there are more. */
  maxStates?: number;
  products: { productKey: string; name?: string; total: number }[];
  /** Why `online` is absent, if not because of their number. */
  error?: FailureTexts;
  /** Entries of the list that cannot be used. */
  problems?: number;
}

/** More would not fit in a line. */
const maxProducts = 3;

/** A number with commas, as both languages write it. */
export function grouped(number: number): string {
  return number.toLocaleString("en-US");
}

/** What was counted, as lines: `412 devices of Lamp, 380 online`. */
export function countLines(
  { total, online, maxStates, products, problems = 0 }: Count,
  t: Translate,
): string[] {
  const lines: string[] = [];
  lines.push(total === 0 ? t("aliyun-iot-fleet.count.none") : counted());
  if (products.length > 1) lines.push(listOf(products));
  if (maxStates !== undefined)
    lines.push(t("aliyun-iot-fleet.count.not-asked", { count: grouped(maxStates) }));
  if (problems > 0) lines.push(t("aliyun-iot-fleet.count.problems", { count: grouped(problems) }));
  return lines;

  function counted(): string {
    const devices =
      total === 1
        ? t("aliyun-iot-fleet.count.device")
        : t("aliyun-iot-fleet.count.devices", { count: grouped(total) });
    const [first] = products;
    const text =
      products.length === 1 && first
        ? t("aliyun-iot-fleet.count.of-product", { devices, product: first.name || first.productKey })
        : t("aliyun-iot-fleet.count.of-products", { devices, count: products.length });
    return online === undefined ? text : t("aliyun-iot-fleet.count.online", { text, count: grouped(online) });
  }

  function listOf(all: Count["products"]): string {
    const shown = all
      .slice(0, maxProducts)
      .map(({ name, productKey, total: count }) =>
        t("aliyun-iot-fleet.count.product", { name: name || productKey, count: grouped(count) }),
      );
    return all.length > maxProducts ? `${shown.join(" · ")} · …` : shown.join(" · ");
  }
}
