import { createHash, createHmac, randomUUID } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { Pool } from "undici";
import { args, keys, service, target } from "./wire";

/** Makes one call and resolves with what the device answered. */
export type Call = () => Promise<unknown>;

const emptyBodyHash = createHash("sha256").digest("hex");
const signedHeaders = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";

interface Signed {
  path: string;
  headers: Record<string, string>;
}

/** The least that a call needs: this one signature, for this one operation. Shares no code with the package. */
function sign(host: string): Signed {
  const query = [
    `Args=${encodeURIComponent(JSON.stringify(args))}`,
    `DeviceName=${encodeURIComponent(target.deviceName)}`,
    `Identifier=${encodeURIComponent(service)}`,
    `ProductKey=${encodeURIComponent(target.productKey)}`,
  ].join("&");
  const date = `${new Date().toISOString().slice(0, 19)}Z`;
  const nonce = randomUUID();
  const canonical = `POST\n/\n${query}\nhost:${host}\nx-acs-action:InvokeThingService\nx-acs-content-sha256:${emptyBodyHash}\nx-acs-date:${date}\nx-acs-signature-nonce:${nonce}\nx-acs-version:2018-01-20\n\n${signedHeaders}\n${emptyBodyHash}`;
  const hash = createHash("sha256").update(canonical).digest("hex");
  const signature = createHmac("sha256", keys.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${hash}`)
    .digest("hex");
  return {
    path: `/?${query}`,
    headers: {
      host,
      "x-acs-action": "InvokeThingService",
      "x-acs-content-sha256": emptyBodyHash,
      "x-acs-date": date,
      "x-acs-signature-nonce": nonce,
      "x-acs-version": "2018-01-20",
      accept: "application/json",
      authorization: `ACS3-HMAC-SHA256 Credential=${keys.accessKeyId},SignedHeaders=${signedHeaders},Signature=${signature}`,
    },
  };
}

function outputsOf(text: string): unknown {
  const { Success: isSuccess, Data: data } = JSON.parse(text) as {
    Success: boolean;
    Data: { Result: string };
  };
  if (!isSuccess) throw new Error("refused");
  return (JSON.parse(data.Result) as { data: unknown }).data;
}

/** A bare loop over `node:http` and a keep-alive agent. */
export function bareHttp(endpoint: URL, connections: number): Call {
  const { Agent, request } = endpoint.protocol === "https:" ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return () =>
    new Promise((resolve, reject) => {
      const { path, headers } = sign(endpoint.host);
      const options = { agent, host: endpoint.hostname, port: endpoint.port, method: "POST", path, headers };
      const sent = request(options, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve(outputsOf(text)));
        response.on("error", reject);
      });
      sent.on("error", reject);
      sent.end();
    });
}

/** A bare loop over a pool of undici. */
export function bareUndici(endpoint: URL, connections: number): Call {
  const pool = new Pool(endpoint.origin, { connections, pipelining: 1 });
  return async () => {
    const { path, headers } = sign(endpoint.host);
    const { body } = await pool.request({ method: "POST", path, headers });
    return outputsOf(await body.text());
  };
}
