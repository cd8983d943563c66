import { isObject } from "../base/json";
import { keepNewest } from "../base/keep-newest";
import { identifierText } from "../base/text";
import { field } from "../cloud/answer";
import { ask, type Caller } from "./ask";
import { devicesPage, devicesParameters } from "./device-pages";
import { groupLoader, type GroupRow } from "./group-pages";
import { KnownDevices, unnamed } from "./known-devices";
import { type Found, Listing, type Page, type Search, withoutCircles } from "./listing";
import { dataOf, type DeviceRow, deviceRow, listOf, numberedPage, numberOf, words } from "./rows";

export type { DeviceRow } from "./rows";

export interface ProductRow {
  productKey: string;
  productName: string;
  deviceCount: number | undefined;
}

export interface ConsumerGroupRow {
  groupId: string;
  groupName: string;
}

/** The beginning of a product's list of devices. */
interface FirstDevices {
  names: ReadonlySet<string>;
  /** How many devices the product has, as far as the platform says. */
  total: number;
  /** Whether these are all. */
  isWhole: boolean;
}

const productsPerPage = 200;
const groupsPerPage = 50;
/** Maximum number of cached device lists. */
const maxLists = 20;

/**
 * The products, devices and consumer groups of an account, as the platform lists them (docs/protocol.md, 6.1, 6.2, 7).
 */
export class Catalog {
  private readonly productList: Listing<ProductRow>;
  private readonly consumerGroupList: Listing<ConsumerGroupRow>;
  private readonly groupList: Listing<GroupRow>;
  private readonly deviceLists = new Map<string, Listing<DeviceRow>>();
  /** Which devices the IotIds are. */
  readonly knownDevices: KnownDevices;

  constructor(
    private readonly caller: Caller,
    /** A monotonic clock in milliseconds: the machine's clock may be set back by years. */
    now: () => number = () => performance.now(),
  ) {
    this.knownDevices = new KnownDevices(caller, now);
    this.productList = new Listing(
      withoutCircles((next) => this.loadProducts(next)),
      ({ productKey, productName }) => [productKey, productName],
    );
    this.consumerGroupList = new Listing(
      withoutCircles((next) => this.loadConsumerGroups(next)),
      ({ groupId, groupName }) => [groupId, groupName],
    );
    this.groupList = new Listing(withoutCircles(groupLoader(caller)), ({ groupId, name }) => [groupId, name]);
  }

  /** @throws {Failure} where nothing could be loaded */
  products(search: Search): Promise<Found<ProductRow>> {
    return this.productList.search(search);
  }

  /** @throws {Failure} where nothing could be loaded */
  devices(productKey: string, search: Search): Promise<Found<DeviceRow>> {
    let list = this.deviceLists.get(productKey);
    list ??= new Listing(
      withoutCircles((next) => this.loadDevices(productKey, next)),
      ({ deviceName, nickname, iotId }) => [deviceName, nickname, iotId],
    );
    keepNewest(this.deviceLists, productKey, list, maxLists);
    return list.search(search);
  }

  /**
   * The names of the first devices of a product, asked for now and not kept, and how many devices it has.
   * @param maxNames names; a page more may come
   * @param isOver asked before each further page
   * @throws {Failure}
   */
  async firstDevices(productKey: string, maxNames: number, isOver: () => boolean): Promise<FirstDevices> {
    const names = new Set<string>();
    let total = 0;
    let next: string | undefined;
    const load = withoutCircles<DeviceRow>((page) => this.loadDevices(productKey, page));
    do {
      const page = await load(next);
      const before = names.size;
      for (const { deviceName } of page.rows) names.add(deviceName);
      total = Math.max(page.total, names.size);
      next = names.size > before ? page.next : undefined;
    } while (next !== undefined && names.size < maxNames && !isOver());
    return { names, total, isWhole: next === undefined };
  }

  /** @throws {Failure} where nothing could be loaded */
  consumerGroups(search: Search): Promise<Found<ConsumerGroupRow>> {
    return this.consumerGroupList.search(search);
  }

  /**
   * Groups of devices, static and dynamic ones.
   * @throws {Failure} where nothing could be loaded
   */
  groups(search: Search): Promise<Found<GroupRow>> {
    return this.groupList.search(search);
  }

  /** All devices of a product, if they have been listed within the last minute; asks for nothing. */
  wholeDevices(productKey: string): readonly DeviceRow[] | undefined {
    return this.deviceLists.get(productKey)?.whole();
  }

  /** Asks the platform again at the next search. */
  forget(): void {
    this.productList.forget();
    this.consumerGroupList.forget();
    this.groupList.forget();
    for (const list of this.deviceLists.values()) list.forget();
  }

  /**
   * One device with its current status, by IotId or by product and name.
   * @throws {Failure} also where the answer names no device
   */
  async device(target: { iotId: string } | { productKey: string; deviceName: string }): Promise<DeviceRow> {
    const parameters =
      "iotId" in target
        ? { IotId: target.iotId }
        : { ProductKey: target.productKey, DeviceName: target.deviceName };
    const data = dataOf(await ask(this.caller, "QueryDeviceDetail", parameters));
    const row = deviceRow(data, "");
    if (!row) throw unnamed();
    this.knownDevices.remember(row.iotId, data);
    return row;
  }

  /**
   * The product of a device. Asked for once; after a failure not again for some seconds.
   * @throws {Failure}
   */
  async productKeyOf(iotId: string): Promise<string> {
    return (await this.knownDevices.find(iotId)).productKey;
  }

  /** The result of `productKeyOf` if it is cached, else undefined. */
  keptProductKey(iotId: string): string | undefined {
    return this.knownDevices.kept(iotId)?.productKey || undefined;
  }

  private async loadProducts(next = "1"): Promise<Page<ProductRow>> {
    const parameters = { CurrentPage: next, PageSize: productsPerPage };
    const data = dataOf(await ask(this.caller, "QueryProductList", parameters));
    const list = field(data, "List");
    const rows = listOf(isObject(list) ? field(list, "ProductInfo") : list).flatMap((row) => {
      const productKey = identifierText(field(row, "ProductKey"));
      return productKey ? [{ productKey, ...productWords(row) }] : [];
    });
    return numberedPage(rows, data, Number(next));
  }

  private async loadConsumerGroups(next = "1"): Promise<Page<ConsumerGroupRow>> {
    const parameters = { CurrentPage: next, PageSize: groupsPerPage };
    const { body } = await ask(this.caller, "QueryConsumerGroupList", parameters);
    const data = field(body, "Data");
    const rows = listOf(isObject(data) ? field(data, "ConsumerGroupDTO") : data).flatMap((row) => {
      const groupId = identifierText(field(row, "GroupId"));
      return groupId ? [{ groupId, groupName: words(field(row, "GroupName")) }] : [];
    });
    return numberedPage(rows, body, Number(next));
  }

  private async loadDevices(productKey: string, next: string | undefined): Promise<Page<DeviceRow>> {
    const answer = await ask(this.caller, "QueryDevice", devicesParameters(productKey, next));
    return devicesPage(answer, productKey);
  }
}

function productWords(row: Record<string, unknown>): Omit<ProductRow, "productKey"> {
  return {
    productName: words(field(row, "ProductName")),
    deviceCount: numberOf(field(row, "DeviceCount")),
  };
}
