export interface HttpAnswer {
  statusCode: number;
  /** By names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** An answer as it came. Of its headers most calls want only the date. */
export class ReceivedAnswer implements HttpAnswer {
  /** @param raw names and values of the headers alternately */
  constructor(
    readonly statusCode: number,
    private readonly raw: readonly Buffer[],
    readonly body: Buffer,
  ) {}

  get headers(): HttpAnswer["headers"] {
    const { util }: typeof import("undici") = require("undici");
    return util.parseHeaders(this.raw as Buffer[]);
  }

  /** The value of the first `Date` header. */
  get date(): string | undefined {
    const { raw } = this;
    for (let index = 0; index + 1 < raw.length; index += 2) {
      const name = raw[index]!;
      if (name.length === 4 && name.toString("latin1").toLowerCase() === "date")
        return raw[index + 1]!.toString("latin1");
    }
    return undefined;
  }
}
