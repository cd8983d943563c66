import { Client } from "../lib/cloud/client";
import { typedCredentials } from "../lib/cloud/credentials";
import { SlowPath } from "../test/support/slow-path";
import { type Scheme, startServer } from "./contenders";
import type { Row } from "./row";
import { median } from "./statistics";
import { args, keys, service, target } from "./wire";

const roundTripMs = 100;
const quietMs = 60_000;
/** Accounts that are quiet at the same time, each with a call afterwards. */
const accounts = 5;
/** A call after the quiet time, as a multiple of one on a hot connection. */
const maxOfHot = 1.2;

/** Median milliseconds of a call. */
interface Found {
  hot: number;
  quiet: number;
}

/**
 * How long the first call after a minute without one takes on a path of 100 ms, with a spare connection and without, over
 * TCP and TLS, beside a call on a connection that is in use. All wait the same minute.
 */
export async function raceQuiet(say: (line: string) => void): Promise<Row[]> {
  say(`the first call after ${quietMs / 1000} s of silence`);
  const kinds = (["http", "https"] as const).flatMap((scheme) =>
    [true, false].map((hasSpare) => ({ scheme, hasSpare })),
  );
  const found = await Promise.all(kinds.map(async (kind) => ({ ...kind, ...(await measure(kind)) })));
  return found.map(({ scheme, hasSpare, hot, quiet }) => ({
    part: "quiet",
    line: hasSpare
      ? { en: `${scheme}, as a multiple of a hot call`, zh: `${scheme}，与热连接调用之比` }
      : { en: `${scheme}, without the spare connection`, zh: `${scheme}，不用备用连接` },
    value: quiet / hot,
    unit: "×",
    target: hasSpare ? { atMost: maxOfHot } : undefined,
  }));
}

async function measure({ scheme, hasSpare }: { scheme: Scheme; hasSpare: boolean }): Promise<Found> {
  const server = await startServer(scheme);
  const path = await SlowPath.start(Number(server.endpoint.port), roundTripMs);
  const endpoint = new URL(`${scheme}://127.0.0.1:${path.port}`);
  const clients = Array.from(
    { length: accounts },
    () =>
      new Client({
        endpoint,
        credentials: typedCredentials({ credentialType: "access_key", ...keys }),
        timeout: 15_000,
        tls: { rejectUnauthorized: false },
        spareConnection: hasSpare,
      }),
  );
  try {
    const hot: number[] = [];
    const quiet: number[] = [];
    for (const client of clients) {
      await timed(client);
      for (let call = 0; call < 3; call++) hot.push(await timed(client));
    }
    await new Promise((resolve) => setTimeout(resolve, quietMs));
    for (const client of clients) quiet.push(await timed(client));
    return { hot: median(hot), quiet: median(quiet) };
  } finally {
    for (const client of clients) await client.close();
    await path.close();
    await server.stop();
  }
}

async function timed(client: Client): Promise<number> {
  const begunAt = performance.now();
  await client.call("InvokeThingService", { ...iot, Args: JSON.stringify(args) });
  return performance.now() - begunAt;
}

const iot = { ProductKey: target.productKey, DeviceName: target.deviceName, Identifier: service };
