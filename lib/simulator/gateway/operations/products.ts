import type { JsonObject } from "../../../base/json";
import type { Product } from "../../devices/platform";
import { type Operation, productOf } from "./operation";
import { pageOf } from "./paging";

/** 2024-01-01T00:00:00Z: so that the sample's products and devices are not brand-new. */
export const createdAt = Date.UTC(2024, 0, 1);

/** docs/protocol.md, 6.1. */
export const queryProductList: Operation = {
  required: ["CurrentPage", "PageSize"],
  run(parameters, platform) {
    const wanted = parameters.get("AliyunCommodityCode");
    const products = platform.products.filter((product) => !wanted || wanted === commodity(product));
    const page = pageOf(products, parameters, 200);
    return {
      Data: {
        CurrentPage: page.currentPage,
        PageCount: page.pageCount,
        PageSize: page.pageSize,
        Total: page.total,
        List: { ProductInfo: page.rows.map(summary) },
      },
    };
  },
};

/** docs/protocol.md, 6.1; with `ProductSecret`, as on the real platform. */
export const queryProduct: Operation = {
  required: ["ProductKey"],
  run(parameters, platform) {
    const product = productOf(parameters, platform);
    return {
      Data: {
        ...summary(product),
        ProductSecret: product.productSecret,
        AliyunCommodityCode: commodity(product),
        ProductStatus: "RELEASE_STATUS",
        CategoryName: "CustomCategory",
        NetType: 3,
        ProtocolType: "mqtt",
        ValidateType: 1,
        Id2: false,
        Owner: true,
      },
    };
  },
};

function summary(product: Product): JsonObject {
  return {
    ProductKey: product.productKey,
    ProductName: product.productName,
    NodeType: 0,
    DataFormat: 1,
    DeviceCount: product.devices.length,
    GmtCreate: createdAt,
    AuthType: "secret",
    Description: "",
  };
}

function commodity(product: Product): string {
  return product.model ? "iothub_senior" : "iothub";
}
