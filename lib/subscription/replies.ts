/** The device that a call goes to: its IotId, or its product and name. */
export interface ReplyTarget {
  iotId?: string | undefined;
  productKey?: string | undefined;
  deviceName?: string | undefined;
}

/** A device's answer to an asynchronous service (reference, 8.7). */
export interface Reply {
  /** 200, a code of the platform or one of the device. */
  code: number;
  message: string | undefined;
  data: unknown;
  checkFailedData: unknown;
}

/** One call whose reply may come from now on. */
export interface Expectation {
  /**
   * @param milliseconds that the device has, from now
   * @throws Failure `reply-timeout` or `closed`, both `unknown`
   */
  reply(messageId: string, milliseconds: number, signal?: AbortSignal): Promise<Reply>;
  end(): void;
}

/** What calls ask for replies. */
export interface ReplySource {
  expect(target: ReplyTarget): Expectation;
}
