import assert from "node:assert/strict";
import IotClient, {
  QueryDeviceDesiredPropertyRequest,
  QueryDeviceEventDataRequest,
  QueryDevicePropertiesDataRequest,
  QueryDevicePropertyDataRequest,
  QueryDevicePropertyStatusRequest,
  QueryDeviceServiceDataRequest,
  SetDeviceDesiredPropertyRequest,
  SetDevicePropertyRequest,
} from "@alicloud/iot20180120";
import PopClient from "@alicloud/pop-core";
import { Simulator } from "../../../lib/simulator/simulator";
import { climateDefinition, productKey } from "../property-fixture";
import { testKeys } from "./official";

describe("the official package @alicloud/iot20180120 sets and reads properties", () => {
  let simulator: Simulator;
  let client: IotClient;
  const room = { productKey, deviceName: "room" };
  const away = { productKey, deviceName: "away" };
  const range = (): { startTime: number; endTime: number } => ({
    startTime: Date.now() - 60_000,
    endTime: Date.now() + 1000,
  });

  before(async () => {
    simulator = await Simulator.start({ definition: climateDefinition() });
    const config = { ...testKeys, endpoint: new URL(simulator.endpoint).host, protocol: "http" };
    client = new IotClient(config as ConstructorParameters<typeof IotClient>[0]);
    simulator.uplink.postProperty(productKey, "room", { Temperature: 32.46, Count: 48 });
    simulator.uplink.postEvent(productKey, "room", "Alarm", { Heat: 91.5 });
  });
  after(() => simulator.close());

  it("sets properties, and is told why not", async () => {
    const items = '{"Target":20.0,"fan:Speed":2}';
    const { body } = await client.setDeviceProperty(new SetDevicePropertyRequest({ ...room, items, qos: 1 }));
    assert.equal(body?.success, true);
    assert.match(body.data?.messageId ?? "", /^\d+$/);
    const wrong = await client.setDeviceProperty(
      new SetDevicePropertyRequest({ ...room, items: '{"Temperature":1.0}' }),
    );
    assert.deepEqual([wrong.body?.success, wrong.body?.code], [false, "iot.device.SetDevicePropertyFailed"]);
  });

  it("reads the present values", async () => {
    const { body } = await client.queryDevicePropertyStatus(new QueryDevicePropertyStatusRequest(room));
    const rows = body?.data?.list?.propertyStatusInfo ?? [];
    const temperature = rows.find(({ identifier }) => identifier === "Temperature");
    assert.deepEqual(
      [temperature?.value, temperature?.dataType, temperature?.unit, temperature?.name],
      ["32.46", "float", "°C", "Temperature 属性"],
    );
    assert.match(temperature?.time ?? "", /^\d{13}$/);
  });

  it("sets, reads and clears desired values", async () => {
    const request = { ...away, items: '{"Target":21.5}', versions: '{"Target":0}' };
    const set = await client.setDeviceDesiredProperty(new SetDeviceDesiredPropertyRequest(request));
    assert.equal(set.body?.data?.versions, '{"Target":1}');
    const again = await client.setDeviceDesiredProperty(new SetDeviceDesiredPropertyRequest(request));
    assert.equal(again.body?.success, false);
    const query = new QueryDeviceDesiredPropertyRequest({ ...away, identifier: ["Target"] });
    const [info] =
      (await client.queryDeviceDesiredProperty(query)).body?.data?.list?.desiredPropertyInfo ?? [];
    assert.deepEqual([info?.identifier, info?.value, Number(info?.version)], ["Target", "21.5", 1]);
    // This SDK does not know the operation, the older one takes any.
    const older = new PopClient({ ...testKeys, endpoint: simulator.endpoint, apiVersion: "2018-01-20" });
    const parameters = { ProductKey: productKey, DeviceName: "away", Identifies: ["Target"] };
    const cleared = await older.request<{ Data: object }>("ClearDeviceDesiredProperty", parameters, {
      method: "POST",
    });
    assert.deepEqual({ ...cleared.Data }, { Versions: '{"Target":1}' });
    const [after] =
      (await client.queryDeviceDesiredProperty(query)).body?.data?.list?.desiredPropertyInfo ?? [];
    assert.deepEqual([after?.identifier, after?.value], ["Target", undefined]);
  });

  it("reads the histories", async () => {
    const { startTime, endTime } = range();
    const page = { ...room, asc: 0, pageSize: 10 };
    const one = await client.queryDevicePropertyData(
      new QueryDevicePropertyDataRequest({ ...page, identifier: "Temperature", startTime, endTime }),
    );
    assert.equal(one.body?.data?.list?.propertyInfo?.[0]?.value, "32.46");
    assert.equal(one.body.data.nextValid, false);
    const several = await client.queryDevicePropertiesData(
      new QueryDevicePropertiesDataRequest({
        ...page,
        identifier: ["Temperature", "Count"],
        startTime: endTime,
        endTime: startTime,
      }),
    );
    const infos = several.body?.propertyDataInfos?.propertyDataInfo ?? [];
    assert.deepEqual(
      infos.map(({ identifier, list }) => [identifier, list?.propertyInfo?.[0]?.value]),
      [
        ["Temperature", "32.46"],
        ["Count", "48"],
      ],
    );
    const events = await client.queryDeviceEventData(
      new QueryDeviceEventDataRequest({ ...page, eventType: "alert", startTime, endTime }),
    );
    const [event] = events.body?.data?.list?.eventInfo ?? [];
    assert.deepEqual(
      [event?.identifier, event?.eventType, event?.outputData],
      ["Alarm", "alert", '{"Heat":91.5}'],
    );
    const calls = await client.queryDeviceServiceData(
      new QueryDeviceServiceDataRequest({ ...page, identifier: "set", startTime, endTime }),
    );
    assert.equal(calls.body?.data?.list?.serviceInfo?.[0]?.inputData, '{"Target":20.0,"fan:Speed":2}');
  });
});
