import type { DeviceRow, ProductRow } from "../lib/look-up/catalog";
import type { Property, Service, ThingEvent } from "../lib/thing-model/model";
import { deviceStatus } from "./device-status";
import { lookUp } from "./look-up";
import type { AnyList, PickerList } from "./picker";
import type { FoundRows } from "./picker-state";
import { LookUpError, t } from "./texts";

type ServiceRow = Pick<Service, "identifier" | "name" | "callType">;
type EventRow = Pick<ThingEvent, "identifier" | "name" | "type">;
/** A group of devices, as the platform lists it. */
export interface GroupRow {
  groupId: string;
  name?: string;
  /** Of a static group, devices are added one by one; a dynamic one has all that meet a condition. */
  kind: "static" | "dynamic";
}
type PropertyRow = Pick<Property, "identifier" | "name"> & { dataType: string };

/** What a thing model belongs to: a product, or a device that tells its product. */
export interface ModelOwner {
  productKey?: string | undefined;
  iotId?: string | undefined;
}

interface Query {
  search: string;
  offset: number;
  /** 1 asks the cloud again. */
  refresh: number | undefined;
  [name: string]: string | number | undefined;
}

/** Answers the id of the account that a dialog looks things up with. */
export type AccountId = () => string;

/** @throws {LookUpError} with the text of `key` if a field that the list depends on is blank */
export function needed<Value>(value: Value | undefined, key: string): Value {
  if (value === undefined) throw new LookUpError({ key });
  return value;
}

/** A list of the cloud; the look-up after a `refresh` asks the cloud again. */
export function cloudList<Row>(
  list: Omit<PickerList<Row>, "load" | "refresh"> & { load(query: Query): Promise<FoundRows<Row>> },
): PickerList<Row> {
  let once: number | undefined;
  return {
    ...list,
    load: async (search, offset) => {
      const refresh = once;
      once = undefined;
      return list.load({ search, offset, refresh });
    },
    refresh: () => {
      once = 1;
    },
  };
}

/** The products of an account. */
export function productList(
  account: AccountId,
  choose: (row: ProductRow) => AnyList | void,
): PickerList<ProductRow> {
  return cloudList<ProductRow>({
    label: t("picker.find-product"),
    load: (query) => lookUp(account(), "products", query),
    describe: ({ productKey, productName, deviceCount }) => ({
      name: productName,
      key: productKey,
      aside: deviceCount === undefined ? "" : t("picker.devices", { count: deviceCount }),
    }),
    choose,
  });
}

/**
 * The devices of a product.
 * @param productKey may throw what `needed` throws
 */
export function deviceList(
  account: AccountId,
  productKey: () => string,
  choose: (row: DeviceRow) => void,
): PickerList<DeviceRow> {
  return cloudList<DeviceRow>({
    label: t("picker.find-device"),
    load: (query) => lookUp(account(), "devices", { productKey: productKey(), ...query }),
    describe: ({ deviceName, nickname, status }) => ({
      name: nickname,
      key: deviceName,
      aside: status && deviceStatus(status),
      status,
    }),
    choose,
  });
}

/** The device groups of an account. */
export function groupList(account: AccountId, choose: (row: GroupRow) => void): PickerList<GroupRow> {
  return cloudList<GroupRow>({
    label: t("picker.find-group"),
    load: (query) => lookUp(account(), "groups", query),
    describe: ({ groupId, name, kind }) => ({
      name,
      key: groupId,
      aside: kind === "dynamic" ? t("picker.dynamic-group") : t("picker.static-group"),
    }),
    choose,
  });
}

/**
 * The services of a thing model.
 * @param owner may throw what `needed` throws
 * @param renewed is called after the cloud was asked again
 */
export function serviceList(
  account: AccountId,
  owner: () => ModelOwner,
  choose: (row: ServiceRow) => void,
  renewed: () => void = () => undefined,
): PickerList<ServiceRow> {
  return cloudList<ServiceRow>({
    label: t("picker.find-service"),
    load: async (query) => {
      const found = await lookUp<FoundRows<ServiceRow>>(account(), "services", { ...owner(), ...query });
      if (query.refresh) renewed();
      return found;
    },
    describe: ({ identifier, name, callType }) => ({
      name: name === identifier ? "" : name,
      key: identifier,
      aside: callType === "sync" ? t("picker.sync") : t("picker.async"),
    }),
    choose,
  });
}

/** The properties of a thing model. */
export function propertyList(
  account: AccountId,
  owner: () => ModelOwner,
  choose: (row: PropertyRow) => void,
): PickerList<PropertyRow> {
  return cloudList<PropertyRow>({
    label: t("picker.find-property"),
    load: (query) => lookUp(account(), "properties", { ...owner(), ...query }),
    describe: ({ identifier, name, dataType }) => ({
      key: identifier,
      name: name === identifier ? "" : name,
      aside: dataType,
    }),
    choose,
  });
}

const eventKinds: Record<string, string> = {
  info: "picker.event-info",
  alert: "picker.event-alert",
  error: "picker.event-error",
};

/** The events of a thing model. */
export function eventList(
  account: AccountId,
  owner: () => ModelOwner,
  choose: (row: EventRow) => void,
): PickerList<EventRow> {
  return cloudList<EventRow>({
    label: t("picker.find-event"),
    load: (query) => lookUp(account(), "events", { ...owner(), ...query }),
    describe: ({ identifier, name, type }) => {
      const kind = eventKinds[type];
      return { name: name === identifier ? "" : name, key: identifier, aside: kind ? t(kind) : "" };
    },
    choose,
  });
}
