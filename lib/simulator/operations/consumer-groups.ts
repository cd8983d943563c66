import type { Operation } from "./operation.js";
import { pageOf } from "./paging.js";
import { CREATED } from "./products.js";

/** Every account has this one. */
const GROUPS = [
  { GroupId: "DEFAULT_GROUP", GroupName: "DEFAULT_GROUP", CreateTime: new Date(CREATED).toISOString() },
];

/** Reference, 7. */
export const queryConsumerGroupList: Operation = {
  required: ["CurrentPage", "PageSize"],
  run(parameters) {
    const page = pageOf(GROUPS, parameters, 200);
    return {
      CurrentPage: page.currentPage,
      PageCount: page.pageCount,
      PageSize: page.pageSize,
      Total: page.total,
      Data: { ConsumerGroupDTO: page.rows },
    };
  },
};
