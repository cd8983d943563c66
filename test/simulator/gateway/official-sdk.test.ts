import assert from "node:assert/strict";
import IotClient, {
  BatchGetDeviceStateRequest,
  GetDeviceStatusRequest,
  GetThingModelTslPublishedRequest,
  InvokeThingServiceRequest,
  InvokeThingsServiceRequest,
  QueryDeviceByStatusRequest,
  QueryDeviceDetailRequest,
  QueryDeviceRequest,
  QueryProductListRequest,
  QueryProductRequest,
} from "@alicloud/iot20180120";
import { Simulator } from "../../../lib/simulator/simulator";
import { homeDefinition, open } from "../fixture";
import {
  expiredKeys,
  type Keys,
  refusalOf,
  sampleProductKey,
  stsKeys,
  testKeys,
  unknownKeys,
  wrongKeys,
} from "./official";

describe("the official package @alicloud/iot20180120 (V3) talks to the simulator", () => {
  let simulator: Simulator;
  before(async () => (simulator = await Simulator.start({ definition: homeDefinition() })));
  after(() => simulator.close());

  const client = (keys: Keys = testKeys): IotClient => {
    const config = { ...keys, endpoint: new URL(simulator.endpoint).host, protocol: "http" };
    return new IotClient(config as ConstructorParameters<typeof IotClient>[0]);
  };
  const invoke = (parameters: Record<string, string>): InvokeThingServiceRequest =>
    new InvokeThingServiceRequest({
      productKey: parameters.ProductKey,
      deviceName: parameters.DeviceName,
      identifier: parameters.Identifier,
      args: parameters.Args,
    });

  it("calls a synchronous service", async () => {
    const acted = simulator.executions.length;
    const { body } = await client().invokeThingService(invoke(open()));
    assert.equal(body?.success, true);
    assert.match(body.data?.result ?? "", /^{"code":200,"data":{"Percent":20\.0,/);
    assert.equal(simulator.executions.length, acted + 1);
  });

  it("calls an asynchronous service by IotId", async () => {
    const request = new InvokeThingServiceRequest({
      iotId: "IotIdOfTheDoor00100",
      identifier: "Ring",
      args: "{}",
    });
    const { body } = await client().invokeThingService(request);
    assert.match(body?.data?.messageId ?? "", /^\d+$/);
    assert.equal(body?.data?.result, undefined);
  });

  it("calls with a temporary key", async () => {
    const { body } = await client(stsKeys).invokeThingService(invoke(open()));
    assert.equal(body?.success, true);
  });

  it("calls a service of many devices", async () => {
    const deviceName = ["door", "garage"];
    const request = new InvokeThingsServiceRequest({
      productKey: sampleProductKey,
      deviceName,
      identifier: "Ring",
      args: "{}",
    });
    const { body } = await client().invokeThingsService(request);
    assert.equal(body?.success, true);
    assert.deepEqual(
      simulator.executions.slice(-2).map((execution) => execution.deviceName),
      deviceName,
    );
  });

  it("hears of a device offline and of Args that break the thing model", async () => {
    const offline = await client().invokeThingService(invoke(open("gate")));
    assert.deepEqual([offline.body?.success, offline.body?.code], [false, "iot.messagebroker.OFFLINE"]);
    const violation = await client().invokeThingService(invoke(open("door", "20")));
    assert.deepEqual([violation.body?.success, violation.body?.code], [false, "6307"]);
    assert.match(violation.body?.errorMessage ?? "", /^Percent must be a float/);
  });

  it("is refused with the right codes", async () => {
    const codeFor = async (keys: Keys): Promise<unknown[]> => {
      const { code, statusCode } = await refusalOf(client(keys).invokeThingService(invoke(open())));
      return [code, statusCode];
    };
    assert.deepEqual(await codeFor(wrongKeys), ["SignatureDoesNotMatch", 400]);
    assert.deepEqual(await codeFor(unknownKeys), ["InvalidAccessKeyId.NotFound", 404]);
    assert.deepEqual(await codeFor(expiredKeys), ["InvalidSecurityToken.Expired", 400]);
    const denied = await refusalOf(
      client().queryDevice(new QueryDeviceRequest({ productKey: sampleProductKey })),
    );
    assert.deepEqual([denied.code, denied.statusCode], ["Forbidden.RAM", 403]);
  });

  it("looks up products, devices, states and the thing model, page by page", async () => {
    const names: unknown[] = [];
    for (let currentPage = 1; currentPage <= 3; currentPage++) {
      const { body } = await client(stsKeys).queryDevice(
        new QueryDeviceRequest({ productKey: sampleProductKey, pageSize: 2, currentPage }),
      );
      assert.deepEqual([body?.total, body?.pageCount, body?.page], [6, 3, currentPage]);
      names.push(...(body?.data?.deviceInfo ?? []).map((device) => device.deviceName));
    }
    assert.deepEqual(names, ["door", "gate", "roof", "cellar", "garage", "attic"]);

    const products = await client().queryProductList(
      new QueryProductListRequest({ currentPage: 1, pageSize: 10 }),
    );
    const keys = products.body?.data?.list?.productInfo?.map((product) => product.productKey);
    assert.deepEqual(keys, [sampleProductKey, "a1NoModel001"]);
    const product = await client().queryProduct(new QueryProductRequest({ productKey: sampleProductKey }));
    assert.equal(product.body?.data?.productName, "House 房子");

    const offline = await client().queryDeviceByStatus(
      new QueryDeviceByStatusRequest({ productKey: sampleProductKey, status: 3 }),
    );
    assert.equal(offline.body?.data?.simpleDeviceInfo?.[0]?.deviceName, "gate");
    const gate = { productKey: sampleProductKey, deviceName: "gate" };
    const detail = await client().queryDeviceDetail(new QueryDeviceDetailRequest(gate));
    assert.match(detail.body?.data?.deviceSecret ?? "", /^[0-9a-f]{32}$/);
    const status = await client().getDeviceStatus(new GetDeviceStatusRequest(gate));
    assert.equal(status.body?.data?.status, "OFFLINE");
    const both = new BatchGetDeviceStateRequest({
      productKey: sampleProductKey,
      deviceName: ["door", "gate"],
    });
    const states = (await client().batchGetDeviceState(both)).body?.deviceStatusList?.deviceStatus;
    assert.deepEqual(
      states?.map((state) => state.status),
      ["ONLINE", "OFFLINE"],
    );

    const model = await client().getThingModelTslPublished(
      new GetThingModelTslPublishedRequest({ productKey: sampleProductKey }),
    );
    assert.deepEqual(JSON.parse(model.body?.data?.tslStr ?? ""), homeDefinition().products[0]?.thingModel);
  });
});
