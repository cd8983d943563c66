import { hash, randomUUID } from "node:crypto";
import { type Dispatcher, Pool } from "undici";
import { args, keys, service, target } from "./wire";

/** Makes one call and says how it ended. */
export type LeanCall = (ended: (isOk: boolean) => void) => void;

const emptyBodyHash = hash("sha256", "", "hex");
const signedHeaders = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";
const toSign = "ACS3-HMAC-SHA256\n";
const blockBytes = 64;
const hashDigits = 64;

/**
 * The least that a call can cost in this process: everything that is the same for all calls is prepared, and what is left
 * is to sign, to send and to read. Shares no code with the package.
 */
export function leanLoop(endpoint: URL, connections: number): LeanCall {
  const { host, origin } = endpoint;
  const pool = new Pool(origin, { connections, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  const sign = signer(keys.accessKeySecret);
  const rest = `&DeviceName=${target.deviceName}&Identifier=${service}&ProductKey=${target.productKey}`;
  const beforeDate = `\nhost:${host}\nx-acs-action:InvokeThingService\nx-acs-content-sha256:${emptyBodyHash}\nx-acs-date:`;
  const end = `\nx-acs-version:2018-01-20\n\n${signedHeaders}\n${emptyBodyHash}`;
  const credential = `ACS3-HMAC-SHA256 Credential=${keys.accessKeyId},SignedHeaders=${signedHeaders},Signature=`;
  const date = dates();
  return (ended) => {
    const query = `Args=${encodeURIComponent(JSON.stringify(args))}${rest}`;
    const now = date();
    const nonce = randomUUID();
    const signature = sign(`POST\n/\n${query}${beforeDate}${now}\nx-acs-signature-nonce:${nonce}${end}`);
    const headers = [
      "host",
      host,
      "x-acs-action",
      "InvokeThingService",
      "x-acs-content-sha256",
      emptyBodyHash,
      "x-acs-date",
      now,
      "x-acs-signature-nonce",
      nonce,
      "x-acs-version",
      "2018-01-20",
      "authorization",
      credential + signature,
    ];
    pool.dispatch({ origin, path: `/?${query}`, method: "POST", headers }, new LeanHandler(ended));
  };
}

/** The signature of a canonical form: HMAC-SHA256 with one key (RFC 2104), of hashes that make no object. */
function signer(secret: string): (canonical: string) => string {
  const inner = Buffer.alloc(blockBytes + toSign.length + hashDigits, 0x36);
  const outer = Buffer.alloc(blockBytes + hashDigits / 2, 0x5c);
  Buffer.from(secret).forEach((byte, index) => {
    inner[index]! ^= byte;
    outer[index]! ^= byte;
  });
  inner.write(toSign, blockBytes, "latin1");
  return (canonical) => {
    inner.write(hash("sha256", canonical, "hex"), blockBytes + toSign.length, "latin1");
    outer.write(hash("sha256", inner, "hex"), blockBytes, "hex");
    return hash("sha256", outer, "hex");
  };
}

/** The time in seconds, written once for each. */
function dates(): () => string {
  let lastSecond = 0;
  let text = "";
  return () => {
    const second = Math.floor(Date.now() / 1000);
    if (second !== lastSecond) {
      lastSecond = second;
      text = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
    }
    return text;
  };
}

/** undici's older kind of handler, for which it makes neither a controller nor an object of headers. */
class LeanHandler implements Dispatcher.DispatchHandler {
  private body = "";

  constructor(private readonly ended: (isOk: boolean) => void) {}

  onConnect(): void {}

  onHeaders(): boolean {
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.body += chunk.toString();
    return true;
  }

  onComplete(): void {
    this.ended(isAnswered(this.body));
  }

  onError(): void {
    this.ended(false);
  }
}

function isAnswered(body: string): boolean {
  const { Success: isSuccess, Data: data } = JSON.parse(body) as {
    Success: boolean;
    Data: { Result: string };
  };
  return isSuccess && typeof (JSON.parse(data.Result) as { data: unknown }).data === "object";
}
