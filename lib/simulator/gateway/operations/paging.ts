import { BusinessFailure } from "../failures";
import type { Parameters } from "./operation";

interface PageRequest {
  currentPage: number;
  pageSize: number;
}

export interface Page<T> extends PageRequest {
  rows: T[];
  total: number;
  pageCount: number;
  /** Opaque; absent on the last page. */
  nextToken?: string;
}

/** Reads `CurrentPage`, `PageSize` and `NextToken`, which wins over `CurrentPage`, and returns the page. */
export function pageOf<T>(rows: readonly T[], parameters: Parameters, maxPerPage: number): Page<T> {
  const pageSize = integer(parameters, "PageSize", 10, maxPerPage);
  const token = parameters.get("NextToken");
  const currentPage = token ? fromToken(token) : integer(parameters, "CurrentPage", 1, 1_000_000_000);
  const end = currentPage * pageSize;
  const page: Page<T> = {
    rows: rows.slice(end - pageSize, end),
    currentPage,
    pageSize,
    total: rows.length,
    pageCount: Math.ceil(rows.length / pageSize),
  };
  return end < rows.length ? { ...page, nextToken: toToken(currentPage + 1) } : page;
}

function integer(parameters: Parameters, name: string, otherwise: number, max: number): number {
  const text = parameters.get(name);
  if (text === undefined || text === "") return otherwise;
  if (/^\d{1,10}$/.test(text) && Number(text) >= 1 && Number(text) <= max) return Number(text);
  throw new BusinessFailure("iot.common.InvalidPageParams", `${name} must be an integer from 1 to ${max}`);
}

function toToken(page: number): string {
  return Buffer.from(`page:${page}`).toString("hex");
}

function fromToken(token: string): number {
  const page = /^page:([1-9]\d{0,8})$/.exec(Buffer.from(token, "hex").toString())?.[1];
  if (page) return Number(page);
  throw new BusinessFailure("iot.common.InvalidPageParams", "NextToken is not one that was given out");
}
