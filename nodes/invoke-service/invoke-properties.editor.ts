import type { NodeOf } from "../../editor/index";

/** What the dialog of the invoke node saves in the flow file. */
export interface InvokeProperties {
  name: string;
  account: string;
  target: string;
  productKey: string;
  productKeyType: string;
  deviceName: string;
  deviceNameType: string;
  iotId: string;
  iotIdType: string;
  service: string;
  serviceType: string;
  args: string;
  argsType: string;
  result: string;
  resultType: string;
  awaitReply: boolean;
  subscription: string;
  /** Seconds; text where somebody typed it, as the other one is. */
  replyTimeout: number | string;
  timeout: number | string;
  delivery: string;
  check: string;
}

export type InvokeNode = NodeOf<InvokeProperties>;
