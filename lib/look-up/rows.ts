import { isObject } from "../base/json";
import { identifierText, readable } from "../base/text";
import { type Answer, field } from "../cloud/answer";
import type { Page } from "./listing";

/** Without `DeviceSecret`, which the platform sends along. */
export interface DeviceRow {
  productKey: string;
  deviceName: string;
  iotId: string;
  nickname: string;
  /** `ONLINE`, `OFFLINE`, `UNACTIVE`, `DISABLE`, or blank where the platform does not say. */
  status: string;
}

const maxNameLength = 200;

/** A page of a list with numbered pages; `about` has what the platform says about the whole list. */
export function numberedPage<Row>(rows: Row[], about: Record<string, unknown>, number: number): Page<Row> {
  const pages = numberOf(field(about, "PageCount")) ?? 1;
  return {
    rows,
    total: numberOf(field(about, "Total")) ?? rows.length,
    next: number < pages ? String(number + 1) : undefined,
  };
}

/** A device in a list of the platform; undefined where it has no name. */
export function deviceRow(row: Record<string, unknown>, productKey: string): DeviceRow | undefined {
  const deviceName = identifierText(field(row, "DeviceName"));
  if (!deviceName) return undefined;
  return {
    productKey: identifierText(field(row, "ProductKey")) ?? productKey,
    deviceName,
    iotId: identifierText(field(row, "IotId")) ?? "",
    nickname: words(field(row, "Nickname")),
    status: words(field(row, "DeviceStatus") ?? field(row, "Status")).toUpperCase(),
  };
}

/** `Data` of an answer; empty where there is none. */
export function dataOf({ body }: Answer): Record<string, unknown> {
  const data = field(body, "Data");
  return isObject(data) ? data : {};
}

/** The objects of a list; XML turns a list of one into the object itself. */
export function listOf(value: unknown): Record<string, unknown>[] {
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

/** A name for people, on one line. */
export function words(value: unknown): string {
  return typeof value === "string" ? readable(value, maxNameLength) : "";
}

/** A whole number of at least 0, also as text. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
