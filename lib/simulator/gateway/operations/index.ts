import { queryConsumerGroupList, queryConsumerGroupStatus, querySubscribeRelation } from "./consumer-groups";
import { clearDeviceDesiredProperty, queryDeviceDesiredProperty, setDeviceDesiredProperty } from "./desired";
import {
  getDeviceStatus,
  queryDevice,
  queryDeviceByStatus,
  queryDeviceDetail,
  queryDeviceInfo,
} from "./devices";
import {
  queryDeviceGroupInfo,
  queryDeviceGroupList,
  queryDeviceListByDeviceGroup,
  queryDynamicGroupDevices,
} from "./groups";
import {
  queryDeviceEventData,
  queryDevicePropertiesData,
  queryDevicePropertyData,
  queryDeviceServiceData,
} from "./histories";
import { invokeThingService, invokeThingsService } from "./invoke";
import type { Operation } from "./operation";
import { queryProduct, queryProductList } from "./products";
import { queryDevicePropertyStatus } from "./property-status";
import { setDeviceProperty, setDevicesProperty } from "./set-properties";
import { batchGetDeviceState, batchQueryDeviceDetail, queryDeviceStatistics } from "./several-devices";
import { queryDeviceByTags } from "./tags";
import { getThingModelTsl, getThingModelTslPublished, listThingModelVersion } from "./thing-models";

/** Every operation that the simulator knows, by `Action`. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ["InvokeThingService", invokeThingService],
  ["InvokeThingsService", invokeThingsService],
  ["SetDeviceProperty", setDeviceProperty],
  ["SetDevicesProperty", setDevicesProperty],
  ["SetDeviceDesiredProperty", setDeviceDesiredProperty],
  ["QueryDeviceDesiredProperty", queryDeviceDesiredProperty],
  ["ClearDeviceDesiredProperty", clearDeviceDesiredProperty],
  ["QueryDevicePropertyStatus", queryDevicePropertyStatus],
  ["QueryDevicePropertyData", queryDevicePropertyData],
  ["QueryDevicePropertiesData", queryDevicePropertiesData],
  ["QueryDeviceEventData", queryDeviceEventData],
  ["QueryDeviceServiceData", queryDeviceServiceData],
  ["QueryProductList", queryProductList],
  ["QueryProduct", queryProduct],
  ["QueryDevice", queryDevice],
  ["QueryDeviceByStatus", queryDeviceByStatus],
  ["QueryDeviceByTags", queryDeviceByTags],
  ["QueryDeviceDetail", queryDeviceDetail],
  ["QueryDeviceInfo", queryDeviceInfo],
  ["GetDeviceStatus", getDeviceStatus],
  ["BatchGetDeviceState", batchGetDeviceState],
  ["BatchQueryDeviceDetail", batchQueryDeviceDetail],
  ["QueryDeviceStatistics", queryDeviceStatistics],
  ["QueryDeviceGroupList", queryDeviceGroupList],
  ["QueryDeviceGroupInfo", queryDeviceGroupInfo],
  ["QueryDeviceListByDeviceGroup", queryDeviceListByDeviceGroup],
  ["QueryDynamicGroupDevices", queryDynamicGroupDevices],
  ["GetThingModelTsl", getThingModelTsl],
  ["GetThingModelTslPublished", getThingModelTslPublished],
  ["ListThingModelVersion", listThingModelVersion],
  ["QueryConsumerGroupList", queryConsumerGroupList],
  ["QueryConsumerGroupStatus", queryConsumerGroupStatus],
  ["QuerySubscribeRelation", querySubscribeRelation],
]);

export const actionNames: readonly string[] = [...operations.keys()];
