import { Cancellation } from "../../lib/base/cancellation";
import { closed, Failure } from "../../lib/base/failure";
import type { Answer } from "../../lib/cloud/answer";
import type { Parameters } from "../../lib/cloud/client";
import { classify } from "../../lib/cloud/error-catalog";
import { DeviceLists } from "../../lib/fleet/targets/device-lists";
import type { TargetSources } from "../../lib/fleet/targets/sources";
import { Catalog } from "../../lib/look-up/catalog";

/** What a platform answers to an operation: a body, or a refusal that is thrown. */
type Answering = (operation: string, parameters: Parameters) => unknown;

/** A platform in this process, and what it is asked. */
export class FleetPlatform {
  readonly asked: [operation: string, parameters: Parameters][] = [];
  now = 0;
  readonly catalog: Catalog;
  readonly sources: TargetSources;

  constructor(
    private readonly answering: Answering,
    { hasInstanceId = true }: { hasInstanceId?: boolean } = {},
  ) {
    const now = (): number => this.now;
    this.catalog = new Catalog({ call: (operation, parameters) => this.answer(operation, parameters) }, now);
    this.sources = {
      calls: {
        ask: (operation, parameters, signal = new Cancellation()) =>
          signal.aborted ? Promise.reject(closed(false)) : this.answer(operation, parameters),
      },
      catalog: this.catalog,
      lists: new DeviceLists(now),
      hasInstanceId,
    };
  }

  /** How often an operation was asked for. */
  count(operation: string): number {
    return this.asked.filter(([name]) => name === operation).length;
  }

  private async answer(operation: string, parameters: Parameters): Promise<Answer> {
    this.asked.push([operation, parameters]);
    const body = await this.answering(operation, parameters);
    return { requestId: undefined, body: body as Record<string, unknown> };
  }
}

/** The platform's refusal with this code. */
export function refusal(code: string): Failure {
  return new Failure({ ...classify(code), code, text: code });
}

interface Row {
  DeviceName: string;
  ProductKey: string;
  IotId: string;
}

/** Rows of a product's devices. */
export function rowsOf(productKey: string, count: number, from = 0): Row[] {
  return Array.from({ length: count }, (_none, n) => ({
    DeviceName: `d${from + n}`,
    ProductKey: productKey,
    IotId: `id-${productKey}-${from + n}`,
  }));
}

/** The page of a list that a call with `CurrentPage` and `PageSize` asks for. */
export function pageOf(
  rows: readonly Row[],
  { CurrentPage = 1, PageSize = 10 }: Parameters,
  name: "DeviceInfo" | "SimpleDeviceInfo" = "SimpleDeviceInfo",
): object {
  const [page, size] = [Number(CurrentPage), Number(PageSize)];
  return {
    Data: { [name]: rows.slice((page - 1) * size, page * size) },
    Page: page,
    PageSize: size,
    PageCount: Math.ceil(rows.length / size),
    Total: rows.length,
  };
}
