import type { DeviceRow, ProductRow } from "../lib/look-up/catalog";
import { lookUp } from "./look-up";
import type { FoundRows } from "./picker-state";
import { errorText, failureText, t } from "./texts";

/** What a dialog names, as far as it is known before any message. */
export interface NamedDevice {
  productKey?: string | undefined;
  deviceName?: string | undefined;
  iotId?: string | undefined;
}

/** What the cloud knows of it. */
export interface KnownDevice {
  productName?: string;
  device?: DeviceRow;
  /** What is wrong, said once. */
  problem?: string;
}

/** What is known of a product; `problem` where there is no such product, or the cloud does not say. */
export async function knownProduct(accountId: string, productKey: string): Promise<KnownDevice> {
  const { rows, isLoading, error } = await lookUp<FoundRows<ProductRow>>(accountId, "products", {
    search: productKey,
  });
  const found = rows.find((row) => row.productKey === productKey);
  if (found) return { productName: found.productName };
  if (isLoading) return {};
  return { problem: error ? failureText(error) : t("picker.unknown-product") };
}

/** What is known of a device and its product. Never rejects. */
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
    return { problem: errorText(error) };
  }
}
