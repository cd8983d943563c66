import type { Simulator, SimulatorOptions } from "../../lib/simulator/simulator";
import { climateDefinition, productKey } from "../simulator/property-fixture";
import { type FlowOptions, simulated, TestFlow, unload } from "./nodes";

/** A simulator with devices of every type of property, and flows of one read-device node that lead to it. */
export class ReadFlows {
  private constructor(
    readonly simulator: Simulator,
    readonly toIt: Awaited<ReturnType<typeof simulated>>["toIt"],
  ) {}

  static async start(options: SimulatorOptions = {}): Promise<ReadFlows> {
    const { simulator, toIt } = await simulated({ definition: climateDefinition(), ...options });
    return new ReadFlows(simulator, toIt);
  }

  async flow(settings: Record<string, unknown> = {}, more: FlowOptions = {}): Promise<TestFlow> {
    await unload();
    return TestFlow.load({
      ...this.toIt,
      ...more,
      account: { ...this.toIt.account, ...more.account },
      nodeType: "aliyun-iot-read-device",
      invoke: { productKey, deviceName: "room", ...settings },
    });
  }

  /** The device reports values, each at its time or now. */
  post(items: Record<string, unknown>, deviceName = "room"): void {
    this.simulator.uplink.postProperty(productKey, deviceName, items);
  }

  async close(): Promise<void> {
    await unload();
    await this.simulator.close();
  }
}
