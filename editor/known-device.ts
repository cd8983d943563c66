import type { DeviceRow, ProductRow } from "../lib/look-up/catalog";
import { lookUp } from "./look-up";
import type { FoundRows } from "./picker-state";
import { failureText, problemText, t } from "./texts";

/** The device that a dialog names with fixed values. */
export interface NamedDevice {
  productKey?: string | undefined;
  deviceName?: string | undefined;
  iotId?: string | undefined;
}

/** What the look-ups returned. */
export interface KnownDevice {
  productName?: string;
  device?: DeviceRow;
  /** What is wrong; the first problem only. */
  problem?: string;
}

/** Looks up a product; `problem` if it does not exist or the look-up fails. */
export async function knownProduct(accountId: string, productKey: string): Promise<KnownDevice> {
  const { rows, isLoading, error } = await lookUp<FoundRows<ProductRow>>(accountId, "products", {
    search: productKey,
  });
  const found = rows.find((row) => row.productKey === productKey);
  if (found) return { productName: found.productName };
  if (isLoading) return {};
  if (error) return { problem: error.isOfAccount ? "" : failureText(error) };
  return { problem: t("picker.unknown-product") };
}

/** Looks up a device and its product. Never rejects. */
export async function knownDevice(accountId: string, named: NamedDevice): Promise<KnownDevice> {
  const { iotId, productKey, deviceName } = named;
  try {
    if (iotId !== undefined) {
      const device = await lookUp<DeviceRow>(accountId, "device", { iotId });
      const product = await knownProduct(accountId, device.productKey).catch(() => ({}));
      return { ...product, device };
    }
    if (productKey === undefined) return {};
    const product = await knownProduct(accountId, productKey);
    if (product.problem !== undefined || deviceName === undefined) return product;
    return { ...product, device: await lookUp<DeviceRow>(accountId, "device", { productKey, deviceName }) };
  } catch (error) {
    return { problem: problemText(error) };
  }
}
