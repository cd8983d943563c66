import type { SimulatorDefinition } from "../../lib/simulator/definition/definition";
import type { Simulator } from "../../lib/simulator/simulator";
import { type FlowOptions, simulated, subscriptionAt, TestFlow } from "./nodes";
import { productKey, thermostats } from "./thermostat-definition";

/** A simulator with these devices, and flows of one set-properties node that lead to it. */
export class Thermostats {
  private constructor(
    readonly simulator: Simulator,
    private readonly toIt: Awaited<ReturnType<typeof simulated>>["toIt"],
    private readonly amqp: string,
  ) {}

  static async start(definition: SimulatorDefinition = thermostats()): Promise<Thermostats> {
    const { simulator, toIt } = await simulated({ definition });
    return new Thermostats(simulator, toIt, await simulator.openAmqp());
  }

  flow(settings: Record<string, unknown> = {}, account: Record<string, unknown> = {}): Promise<TestFlow> {
    return TestFlow.load({
      ...this.toIt,
      account: { ...this.toIt.account, ...account },
      nodeType: "aliyun-iot-set-properties",
      invoke: {
        productKey,
        deviceName: "willing",
        check: "error",
        items: "payload",
        itemsType: "msg",
        subscription: "subscription",
        replyTimeout: 10,
        ...settings,
      },
      more: [subscriptionAt(this.amqp)],
    });
  }

  /** A flow of one node that waits for a device. */
  waiting(settings: Record<string, unknown> = {}, more: Partial<FlowOptions> = {}): Promise<TestFlow> {
    return TestFlow.load({
      ...this.toIt,
      nodeType: "aliyun-iot-wait-until",
      // It has no account of its own.
      invoke: {
        account: "",
        productKey,
        deviceName: "willing",
        subscription: "subscription",
        identifier: "Temperature",
        condition: "gte",
        value: "30",
        valueType: "num",
        timeout: 20,
        timeoutType: "num",
        ...settings,
      },
      more: [subscriptionAt(this.amqp)],
      ...more,
    });
  }

  close(): Promise<void> {
    return this.simulator.close();
  }
}
