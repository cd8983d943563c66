import type { JsonObject } from "../../../base/json";
import { timedOut } from "../../../base/with-timeout";
import { findService, type Service } from "../../../thing-model/model";
import { readArgs } from "../../devices/args";
import type { Action } from "../../devices/command";
import type { Device } from "../../devices/device";
import { type DeviceReply, resultText } from "../../devices/outputs";
import type { Platform, Product } from "../../devices/platform";
import { arrangeReply, offlineReply } from "../../messages/replies";
import { BusinessFailure } from "../failures";
import { namesOf, refuseBadNames, sendToEach } from "./batch";
import {
  deviceOf,
  modelOf,
  type Operation,
  type Parameters,
  productOf,
  refuseBusy,
  refuseUnreachable,
} from "./operation";

/** docs/protocol.md, 1.2 to 1.4: a synchronous service answers in `Data.Result`, an asynchronous one later. */
export const invokeThingService: Operation = {
  required: ["Identifier", "Args"],
  async run(parameters, platform) {
    const { product, device } = deviceOf(parameters, platform);
    const { identifier, service, args, written } = readCall(parameters, product);
    if (service.callType === "async" && device.status === "OFFLINE" && device.repliesOffline(identifier)) {
      return { Data: { MessageId: await replyOffline(platform, device, identifier, service) } };
    }
    refuseUnreachable(device);
    refuseBusy(device, platform);
    const action = platform.act(device, identifier, service, args, written);
    if (service.callType === "async") {
      const reply = { ...action, device, identifier, service };
      await arrangeReply(reply, device.replyTime(identifier), platform);
      return { Data: { MessageId: action.messageId } };
    }

    const reply = await answerInTime(action, platform);
    const result = resultText(reply, service.outputs, action.messageId);
    return { Data: { MessageId: action.messageId, Result: result } };
  },
};

async function answerInTime(action: Action, platform: Platform): Promise<DeviceReply> {
  if (action.isReal) {
    const reply = await platform.inSyncLimit(action.reply());
    if (reply !== timedOut) return reply;
  } else if (action.delayMs <= platform.syncLimitMs) {
    await platform.wait(action.delayMs);
    return action.reply();
  } else {
    await platform.wait(platform.syncLimitMs);
  }
  throw new BusinessFailure("iot.messagebroker.TIMEOUT", "the device did not answer in time");
}

/** docs/protocol.md, 1.5: one product, up to 100 names, no `Data`. */
export const invokeThingsService: Operation = {
  required: ["ProductKey", "Identifier", "Args"],
  async run(parameters, platform) {
    const product = productOf(parameters, platform);
    const names = namesOf(parameters);
    refuseBadNames(names, product, platform);
    const { identifier, service, args, written } = readCall(parameters, product);
    if (service.callType === "sync") {
      throw new BusinessFailure(
        "iot.device.InvokeThingServiceFailed",
        `${identifier} is a synchronous service; InvokeThingsService takes asynchronous ones only`,
      );
    }
    await sendToEach(names, product, platform, {
      takesOffline: (device) => device.status === "OFFLINE" && device.repliesOffline(identifier),
      send: (device) => {
        if (device.status !== "ONLINE") return replyOffline(platform, device, identifier, service);
        const action = platform.act(device, identifier, service, args, written);
        const reply = { ...action, device, identifier, service };
        return arrangeReply(reply, device.replyTime(identifier), platform);
      },
    });
    return {};
  },
};

/** The platform accepts the call, and reports afterwards that the device is offline (docs/protocol.md, 1.4). */
async function replyOffline(
  platform: Platform,
  device: Device,
  identifier: string,
  service: Service,
): Promise<string> {
  const messageId = platform.newMessageId();
  const delayMs = device.delayOf(identifier);
  const reply = async (): Promise<DeviceReply> => offlineReply();
  const pending = { device, identifier, service, messageId, delayMs, reply };
  await arrangeReply(pending, device.replyTime(identifier), platform);
  return messageId;
}

function readCall(
  parameters: Parameters,
  product: Product,
): { identifier: string; service: Service; args: JsonObject; written: JsonObject } {
  const identifier = parameters.get("Identifier") ?? "";
  const service = findService(modelOf(product), identifier);
  if (!service || service.generated) {
    const message = `the thing model of ${product.productKey} has no service ${identifier} to call`;
    throw new BusinessFailure("iot.prod.QueryProductAbilityFailed", message);
  }
  const reading = readArgs(parameters.get("Args") ?? "", service);
  if (!reading.ok) throw new BusinessFailure(reading.problem.code, reading.problem.message);
  return { identifier, service, args: reading.args, written: reading.written };
}
