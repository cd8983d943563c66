import type { JsonObject } from "../../../base/json";
import { findService } from "../../../thing-model/model";
import { byIdentifier } from "../../../thing-model/parameters";
import { findEvent, propertiesOf } from "../../definition/functions";
import { setIdentifier } from "../../devices/command";
import type { Entry } from "../../devices/history";
import type { Platform, Product } from "../../devices/platform";
import { BusinessFailure } from "../failures";
import {
  type HistoryPage,
  type HistoryRules,
  pageOfHistories,
  pageOfHistory,
  readQuery,
} from "./history-query";
import { deviceOf, modelOf, type Operation, repeated } from "./operation";

const times = ["StartTime", "EndTime"];
const maxIdentifiers = 10;
const eventTypes = ["info", "alert", "error"];

const orders: Record<string, HistoryRules["startsLate"]> = {
  QueryDevicePropertyData: "never",
  QueryDevicePropertiesData: "descending",
};

function rulesOf(action: string, { now, laterStart }: Platform): HistoryRules {
  const chosen = laterStart && (laterStart.includes(action) ? "descending" : "never");
  const maxPageSize = action === "QueryDevicePropertiesData" ? 100 : 50;
  return { now: now(), maxPageSize, startsLate: chosen ?? orders[action] ?? "either" };
}

/** docs/protocol.md, 7.3. */
export const queryDevicePropertyData: Operation = {
  required: ["Identifier", ...times, "Asc", "PageSize"],
  async run(parameters, platform) {
    const { product, device } = deviceOf(parameters, platform);
    await platform.beforeRead(device, "past");
    const identifier = parameters.get("Identifier") ?? "";
    checkProperty(product, identifier);
    const query = readQuery(parameters, rulesOf("QueryDevicePropertyData", platform));
    const page = pageOfHistory(device.memory.valuesOf(identifier), query);
    return { Data: { ...paging(page), List: { PropertyInfo: page.rows.map(valueRow) } } };
  },
};

/** docs/protocol.md, 7.3: its answer is not under `Data`. */
export const queryDevicePropertiesData: Operation = {
  required: [...times, "Asc", "PageSize"],
  async run(parameters, platform) {
    const { product, device } = deviceOf(parameters, platform);
    await platform.beforeRead(device, "past");
    const identifiers = repeated(parameters, "Identifier");
    if (identifiers.length === 0 || identifiers.length > maxIdentifiers) {
      const message = `name 1 to ${maxIdentifiers} properties by Identifier.N, got ${identifiers.length}`;
      throw new BusinessFailure("iot.common.InvalidFormattedParameter", message);
    }
    for (const identifier of identifiers) checkProperty(product, identifier);
    const query = readQuery(parameters, rulesOf("QueryDevicePropertiesData", platform));
    const histories = identifiers.map((identifier) => device.memory.valuesOf(identifier));
    const { pages, nextTime, hasMore } = pageOfHistories(histories, query);
    const PropertyDataInfo = identifiers.map((Identifier, at) => ({
      Identifier,
      List: { PropertyInfo: pages[at]!.map(valueRow) },
    }));
    return { NextTime: nextTime, NextValid: hasMore, PropertyDataInfos: { PropertyDataInfo } };
  },
};

/** docs/protocol.md, 7.3. */
export const queryDeviceEventData: Operation = {
  required: times,
  async run(parameters, platform) {
    const { product, device } = deviceOf(parameters, platform);
    await platform.beforeRead(device, "past");
    const { Identifier, EventType } = Object.fromEntries(parameters);
    if (Identifier && !findEvent(modelOf(product), Identifier)) {
      fail("iot.device.QueryDeviceEventHistoryFailed", "event", Identifier);
    }
    if (EventType && !eventTypes.includes(EventType)) {
      const message = `EventType must be one of ${eventTypes.join(", ")}`;
      throw new BusinessFailure("iot.common.InvalidFormattedParameter", message);
    }
    const query = readQuery(parameters, rulesOf("QueryDeviceEventData", platform));
    const wanted = device.memory.events.entries.filter(
      (entry) => (!Identifier || entry.identifier === Identifier) && (!EventType || entry.type === EventType),
    );
    const page = pageOfHistory(wanted, query);
    const rows = page.rows.map(({ identifier, name, type, time, text }) => ({
      Identifier: identifier,
      Name: name,
      EventType: type,
      Time: String(time),
      OutputData: text,
    }));
    return { Data: { ...paging(page), List: { EventInfo: rows } } };
  },
};

/** docs/protocol.md, 7.3: property sets are calls of the service `set`. */
export const queryDeviceServiceData: Operation = {
  required: times,
  async run(parameters, platform) {
    const { product, device } = deviceOf(parameters, platform);
    await platform.beforeRead(device, "past");
    const identifier = parameters.get("Identifier");
    if (identifier && identifier !== setIdentifier && !findService(modelOf(product), identifier)) {
      fail("iot.device.QueryDeviceServiceHistoryFailed", "service", identifier);
    }
    const query = readQuery(parameters, rulesOf("QueryDeviceServiceData", platform));
    const calls = device.memory.calls.entries;
    const page = pageOfHistory(
      identifier ? calls.filter((call) => call.identifier === identifier) : calls,
      query,
    );
    const rows = page.rows.map((call) => ({
      Name: call.name,
      Time: call.time,
      Identifier: call.identifier,
      InputData: call.input,
      OutputData: call.text,
    }));
    return { Data: { ...paging(page), List: { ServiceInfo: rows } } };
  },
};

function paging({ nextTime, hasMore }: HistoryPage<unknown>): JsonObject {
  return { NextValid: hasMore, NextTime: nextTime };
}

/** The time is a number in Alibaba's samples, though its SDKs say text. */
function valueRow({ text, time }: Entry): JsonObject {
  return { Value: text, Time: time };
}

function checkProperty(product: Product, identifier: string): void {
  if (byIdentifier(propertiesOf(modelOf(product))).has(identifier)) return;
  fail("iot.device.QueryDeviceAttrDataHistoryFailed", "property", identifier);
}

function fail(code: string, kind: string, identifier: string): never {
  throw new BusinessFailure(code, `the thing model has no ${kind} ${identifier.slice(0, 100)}`);
}
