import { isDeepStrictEqual } from "node:util";
import { readBoundedFile } from "../base/bounded-file";
import type { Credentials } from "../base/credentials";
import { textOfError } from "../base/describe";
import type { Failure } from "../base/failure";
import { timedOut, withTimeout } from "../base/with-timeout";
import { type CredentialSource, isCredentialText } from "./credentials";
import { providerFailure } from "./provider-failure";

const providerTypes = ["ram_role_arn", "ecs_ram_role", "oidc_role_arn", "default"] as const;

type ProviderType = (typeof providerTypes)[number];

/** Whether credentials of this kind are fetched, not typed in. */
export function isProviderType(type: string): type is ProviderType {
  return providerTypes.some((known) => known === type);
}

/** Settings of the kinds of credentials that are fetched from somewhere (docs/protocol.md, 10.1). */
export interface ProviderSettings {
  type: ProviderType;
  accessKeyId?: string | undefined;
  accessKeySecret?: string | undefined;
  securityToken?: string | undefined;
  roleArn?: string | undefined;
  roleSessionName?: string | undefined;
  externalId?: string | undefined;
  roleName?: string | undefined;
  oidcProviderArn?: string | undefined;
  oidcTokenFile?: string | undefined;
}

/** A token has a few KB. */
const maxTokenBytes = 64 * 1024;

/** What fetches credentials and renews them before they expire. */
interface Provider {
  getCredential(): Promise<{ accessKeyId?: string; accessKeySecret?: string; securityToken?: string }>;
}

/** Longer than every timeout of the package itself; an external credentials program may hang for ever. */
const maxQuestionMs = 30_000;
/** Asking for a role that does not exist with every message would use up the quota of the token service. */
const restMs = 1000;
/** If a token expires within a quarter of an hour, the package fetches another one for every call. */
const freshMs = 1000;

/**
 * Credentials of a role, of the machine, or of the environment.
 *
 * `@alicloud/credentials` fetches them: it is Alibaba's own, maintained, and supports every kind. It sends a request
 * for each caller while the credentials are stale, so concurrent callers share one here. Loaded on first use.
 */
export function providedCredentials(
  settings: ProviderSettings,
  createProvider: (settings: ProviderSettings) => Provider = createAlicloudProvider,
): CredentialSource {
  let provider: Provider | undefined;
  let asking: Promise<Credentials> | undefined;
  let latest: Credentials | undefined;
  let freshUntil = 0;
  let failures = 0;
  let rest: { failure: Failure; until: number } | undefined;

  const get = (): Credentials | Promise<Credentials> => {
    if (latest && performance.now() < freshUntil) return latest;
    if (rest && performance.now() < rest.until) return Promise.reject(rest.failure);
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };

  async function ask(): Promise<Credentials> {
    try {
      provider ??= createProvider(settings);
      const given = await withTimeout(provider.getCredential(), maxQuestionMs);
      if (given === timedOut) throw new Error("no answer in time");
      const fetched = {
        accessKeyId: usable(given.accessKeyId, "AccessKey ID"),
        accessKeySecret: usable(given.accessKeySecret, "AccessKey secret"),
        securityToken: given.securityToken ? usable(given.securityToken, "security token") : undefined,
      };
      // The same object while they do not change, so that `renew` can compare.
      if (!latest || !isDeepStrictEqual(latest, fetched)) latest = fetched;
      freshUntil = performance.now() + freshMs;
      failures = 0;
      rest = undefined;
      return latest;
    } catch (error) {
      // A failed provider keeps its state, such as the last choice of the chain.
      provider = undefined;
      const failure = providerFailure(error, settings.accessKeySecret);
      // The first failure may be temporary, so the next call tries again at once.
      if (++failures > 1) rest = { failure, until: performance.now() + restMs };
      throw failure;
    }
  }

  return {
    get,
    renew: async (used) => {
      // A pending request may return the very credentials that have expired.
      await asking?.catch(() => undefined);
      // If many calls find the same token expired, the first renews it for all.
      if (latest === used && !asking) {
        provider = undefined;
        freshUntil = 0;
      }
      await get();
    },
  };
}

/** Environment variables that were read from files end in a line break. */
function usable(value: unknown, name: string): string {
  const text = typeof value === "string" ? value.trim() : "";
  if (text === "") throw new Error(`got no ${name}`);
  if (!isCredentialText(text)) throw new Error(`got characters that cannot occur in the ${name}`);
  return text;
}

function createAlicloudProvider(settings: ProviderSettings): Provider {
  const {
    default: Credential,
    Config,
  }: typeof import("@alicloud/credentials") = require("@alicloud/credentials");
  if (settings.type === "default") return new Credential();
  const { oidcTokenFile, ...rest } = settings;
  if (oidcTokenFile) checkTokenFile(oidcTokenFile);
  const given = Object.entries({ ...rest, oidcTokenFilePath: oidcTokenFile }).filter(([, value]) => value);
  return new Credential(new Config(Object.fromEntries(given)));
}

/** The package reads the file to its end, which a pipe or a device does not have. */
function checkTokenFile(path: string): void {
  try {
    readBoundedFile(path, maxTokenBytes);
  } catch (error) {
    throw new Error(`OIDC token file ${textOfError(error)}`, { cause: error });
  }
}
