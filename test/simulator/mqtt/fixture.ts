import type { MqttClient } from "mqtt";
import { type DeviceDefinition, Simulator, type SimulatorOptions } from "../../../lib/simulator/simulator";
import { homeDefinition } from "../fixture";
import { Subscriber } from "../messages/amqp-client";
import { connectDevice, type DeviceOptions } from "./device-client";

export const gate = { productKey: "a1House00001", deviceName: "gate", secret: "gatesecret" };
export const base = "/sys/a1House00001/gate";

const float = { type: "float", specs: { min: "0", max: "10000" } };
const output = (identifier: string, dataType: object = float) => ({ identifier, name: identifier, dataType });

/** A simulator with a gate that connects by MQTT, and a subscriber who hears it. */
export class GateFixture {
  readonly lines: string[] = [];
  simulator!: Simulator;
  mqttEndpoint!: string;
  subscriber!: Subscriber;
  private readonly clients: MqttClient[] = [];

  async start(options: SimulatorOptions = {}, device: Partial<DeviceDefinition> = {}): Promise<void> {
    const definition = homeDefinition();
    const [product] = definition.products;
    for (const one of product!.devices!) Object.assign(one, { deviceSecret: "gatesecret" }, device);
    Object.assign(product!.thingModel as object, {
      properties: [output("Level"), output("rpm")],
      events: [
        { identifier: "Jam", name: "Jammed", type: "alert", outputData: [output("rpm")] },
        {
          identifier: "Odd",
          name: "Odd",
          type: "info",
          outputData: [output("value"), output("time", { type: "text", specs: { length: "20" } })],
        },
        {
          identifier: "Nested",
          name: "Nested",
          type: "info",
          outputData: [output("value", { type: "struct", specs: [output("deep")] })],
        },
      ],
    });
    this.simulator = await Simulator.start({ definition, log: (line) => this.lines.push(line), ...options });
    this.mqttEndpoint = await this.simulator.openMqtt();
    this.subscriber = await Subscriber.connect(await this.simulator.openAmqp());
  }

  /** A device connects: the gate, whose coming whoever subscribes has heard, or another one. */
  async connect(options: Partial<DeviceOptions> = {}): Promise<MqttClient> {
    const heard = this.subscriber.received.length;
    const client = await connectDevice(this.mqttEndpoint, { ...gate, ...options });
    client.on("error", () => undefined);
    this.clients.push(client);
    if (options.deviceName === undefined) await this.subscriber.count(heard + 1);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.end(true);
    await this.simulator.close();
  }
}
