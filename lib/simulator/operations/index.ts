import { queryConsumerGroupList, querySubscribeRelation } from "./consumer-groups.js";
import {
  batchGetDeviceState,
  getDeviceStatus,
  queryDevice,
  queryDeviceByStatus,
  queryDeviceDetail,
  queryDeviceInfo,
} from "./devices.js";
import { invokeThingService, invokeThingsService } from "./invoke.js";
import type { Operation } from "./operation.js";
import { queryProduct, queryProductList } from "./products.js";
import { getThingModelTsl, getThingModelTslPublished, listThingModelVersion } from "./thing-models.js";

/** Every operation that the simulator knows, by `Action`. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
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
  ["QuerySubscribeRelation", querySubscribeRelation],
]);

export const ACTIONS: readonly string[] = [...OPERATIONS.keys()];
