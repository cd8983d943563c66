import { isObject } from "../base/json";
import { type Answer, field } from "../cloud/answer";
import type { Parameters } from "../cloud/client";
import type { Page } from "./listing";
import { type DeviceRow, deviceRow, listOf, numberOf } from "./rows";

/** The platform puts no more on a page of `QueryDevice` (docs/protocol.md, 6.2). */
const devicesPerPage = 50;

/** The parameters that ask for a page of a product's devices. */
export function devicesParameters(productKey: string, next: string | undefined): Parameters {
  // A token is opaque; our own page numbers are recognized by their first character.
  const position = next?.startsWith("#") ? { CurrentPage: next.slice(1) } : { NextToken: next };
  return { ProductKey: productKey, PageSize: devicesPerPage, ...position };
}

/** A page of a product's devices. */
export function devicesPage({ body }: Answer, productKey: string): Page<DeviceRow> {
  const data = field(body, "Data");
  const rows = listOf(isObject(data) ? field(data, "DeviceInfo") : data).flatMap((row) => {
    const device = deviceRow(row, productKey);
    return device ? [device] : [];
  });
  const page = numberOf(field(body, "Page")) ?? 1;
  const isLast = page >= (numberOf(field(body, "PageCount")) ?? 1);
  const token = field(body, "NextToken");
  return {
    rows,
    total: numberOf(field(body, "Total")) ?? rows.length,
    next: typeof token === "string" && token !== "" ? token : isLast ? undefined : `#${page + 1}`,
  };
}
