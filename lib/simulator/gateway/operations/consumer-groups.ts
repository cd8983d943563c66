import type { JsonObject } from "../../../base/json";
import { BusinessFailure } from "../failures";
import { type Operation, productOf } from "./operation";
import { pageOf } from "./paging";
import { createdAt } from "./products";

const messageKinds = [
  "DeviceDataFlag",
  "DeviceStatusChangeFlag",
  "DeviceLifeCycleFlag",
  "DeviceTopoLifeCycleFlag",
  "FoundDeviceListFlag",
  "ThingHistoryFlag",
  "OtaEventFlag",
  "OtaVersionFlag",
  "OtaJobFlag",
  "DeviceTagFlag",
];

/** docs/protocol.md, 7. */
export const queryConsumerGroupList: Operation = {
  required: ["CurrentPage", "PageSize"],
  run(parameters, platform) {
    const name = parameters.get("GroupName");
    const found = platform.subscription.consumerGroups.filter((group) => !name || group.includes(name));
    const page = pageOf(found.map(describe), parameters, 200);
    return {
      CurrentPage: page.currentPage,
      PageCount: page.pageCount,
      PageSize: page.pageSize,
      Total: page.total,
      Data: { ConsumerGroupDTO: page.rows },
    };
  },
};

/** docs/protocol.md, 7. */
export const queryConsumerGroupStatus: Operation = {
  required: ["GroupId"],
  run(parameters, platform) {
    const group = platform.subscription.stateOf(parameters.get("GroupId") ?? "");
    if (!group) throw new BusinessFailure("iot.consumer.group.ConsumerGroupNotExist", "no such group");
    const clients = group.connections.map(({ clientId, since }) => ({
      ClientId: clientId,
      ClientIpPort: "127.0.0.1:1",
      OnlineTime: new Date(since).toISOString(),
    }));
    return {
      AccumulationCount: group.waiting + group.later + group.unsettled,
      ConsumerSpeed: 0,
      ClientConnectionStatusList: { ConsumerGroupClientConnectionInfo: clients },
    };
  },
};

/** docs/protocol.md, 7: every product sends every kind of message to every group. */
export const querySubscribeRelation: Operation = {
  required: ["ProductKey", "Type"],
  run(parameters, platform) {
    const { productKey } = productOf(parameters, platform);
    const flags = Object.fromEntries(messageKinds.map((kind) => [kind, true]));
    const ConsumerGroupIds = [...platform.subscription.consumerGroups];
    return { ProductKey: productKey, Type: "AMQP", ...flags, ConsumerGroupIds };
  },
};

function describe(group: string): JsonObject {
  return { GroupId: group, GroupName: group, CreateTime: new Date(createdAt).toISOString() };
}
