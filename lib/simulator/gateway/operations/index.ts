import { queryConsumerGroupList, queryConsumerGroupStatus, querySubscribeRelation } from "./consumer-groups";
import {
  batchGetDeviceState,
  getDeviceStatus,
  queryDevice,
  queryDeviceByStatus,
  queryDeviceDetail,
  queryDeviceInfo,
} from "./devices";
import { invokeThingService, invokeThingsService } from "./invoke";
import type { Operation } from "./operation";
import { queryProduct, queryProductList } from "./products";
import { getThingModelTsl, getThingModelTslPublished, listThingModelVersion } from "./thing-models";

/** Every operation that the simulator knows, by `Action`. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ["InvokeThingService", invokeThingService],
  ["InvokeThingsService", invokeThingsService],
  ["QueryProductList", queryProductList],
  ["QueryProduct", queryProduct],
  ["QueryDevice", queryDevice],
  ["QueryDeviceByStatus", queryDeviceByStatus],
  ["QueryDeviceDetail", queryDeviceDetail],
  ["QueryDeviceInfo", queryDeviceInfo],
  ["GetDeviceStatus", getDeviceStatus],
  ["BatchGetDeviceState", batchGetDeviceState],
  ["GetThingModelTsl", getThingModelTsl],
  ["GetThingModelTslPublished", getThingModelTslPublished],
  ["ListThingModelVersion", listThingModelVersion],
  ["QueryConsumerGroupList", queryConsumerGroupList],
  ["QueryConsumerGroupStatus", queryConsumerGroupStatus],
  ["QuerySubscribeRelation", querySubscribeRelation],
]);

export const actionNames: readonly string[] = [...operations.keys()];
