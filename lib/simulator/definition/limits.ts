import type { Value } from "./checks";

/**
 * Calls a second for each operation, of all keys of the account together (docs/protocol.md, 5). Exported for the test
 * that compares it with the operations.
 */
export const platformLimits: Readonly<Record<string, number>> = {
  InvokeThingService: 500,
  InvokeThingsService: 10,
  SetDeviceProperty: 500,
  SetDevicesProperty: 10,
  SetDeviceDesiredProperty: 50,
  QueryDeviceDesiredProperty: 50,
  ClearDeviceDesiredProperty: 50,
  QueryDevicePropertyStatus: 200,
  QueryDevicePropertyData: 50,
  QueryDevicePropertiesData: 10,
  // Not published; read device takes the same.
  QueryDeviceEventData: 50,
  QueryDeviceServiceData: 500,
  QueryProductList: 50,
  QueryProduct: 50,
  QueryDevice: 50,
  QueryDeviceByStatus: 50,
  QueryDeviceByTags: 5,
  QueryDeviceDetail: 50,
  QueryDeviceInfo: 500,
  BatchQueryDeviceDetail: 5,
  GetDeviceStatus: 500,
  BatchGetDeviceState: 50,
  QueryDeviceStatistics: 50,
  QueryDeviceGroupList: 100,
  QueryDeviceGroupInfo: 30,
  QueryDeviceListByDeviceGroup: 5,
  // Not published: that of static groups.
  QueryDynamicGroupDevices: 5,
  GetThingModelTsl: 20,
  GetThingModelTslPublished: 20,
  ListThingModelVersion: 10,
  QueryConsumerGroupList: 5,
  QueryConsumerGroupStatus: 5,
  QuerySubscribeRelation: 5,
};

/** Commands a second to one device (docs/protocol.md, 5). */
const platformDeviceLimit = 50;

/**
 * `platform`: the limits of the platform. Else calls a second by operation, of which those without a number have no
 * limit, and `toOneDevice`: commands a second to one device.
 */
export type LimitsDefinition = "platform" | Readonly<Record<string, number>>;

/** The limits in force; all are per second. */
export interface ReadLimits {
  calls: ReadonlyMap<string, number>;
  toOneDevice: number;
}

/**
 * Checks the limits of a simulator file.
 * @throws {SimulatorInputError}
 */
export function readLimits(value: Value, actions: readonly string[]): ReadLimits {
  if (value.missing) return { calls: new Map(), toOneDevice: Infinity };
  if (value.raw === "platform") {
    return { calls: new Map(Object.entries(platformLimits)), toOneDevice: platformDeviceLimit };
  }
  if (typeof value.raw === "string") value.fail('expected "platform" or an object');
  const { toOneDevice: _toOneDevice, ...named } = value.object(["toOneDevice", ...actions]);
  const limitOf = (name: string): number => value.child(name).integer(1, 1_000_000);
  return {
    calls: new Map(Object.keys(named).map((action) => [action, limitOf(action)])),
    toOneDevice: value.child("toOneDevice").missing ? Infinity : limitOf("toOneDevice"),
  };
}
