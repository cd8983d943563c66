import { readable } from "./answer";
import type { CredentialSource } from "./credentials";
import { Failure } from "./failure";
import type { Credentials } from "./signature";

const providerTypes = ["ram_role_arn", "ecs_ram_role", "oidc_role_arn", "default"] as const;

export type ProviderType = (typeof providerTypes)[number];

/** Whether credentials of this kind are fetched rather than typed in. */
export function isProviderType(type: string): type is ProviderType {
  return providerTypes.some((known) => known === type);
}

/** Settings of the kinds of credentials that are fetched from somewhere (reference, 10.1). */
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

/** What fetches credentials and renews them before they expire. */
export interface Provider {
  getCredential(): Promise<{ accessKeyId?: string; accessKeySecret?: string; securityToken?: string }>;
}

/**
 * Credentials of a role, of the machine, or of the environment.
 *
 * `@alicloud/credentials` fetches them: it is Alibaba's own, kept up, and knows every kind. It fetches once for
 * each caller that asks while they are stale, so concurrent callers share one question here. Loaded on first use.
 */
export function providedCredentials(
  settings: ProviderSettings,
  createProvider: (settings: ProviderSettings) => Provider = createAlicloudProvider,
): CredentialSource {
  let provider: Provider | undefined;
  let asking: Promise<Credentials> | undefined;
  let latest: Credentials | undefined;

  const get = (): Promise<Credentials> => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };

  async function ask(): Promise<Credentials> {
    try {
      provider ??= createProvider(settings);
      const { accessKeyId, accessKeySecret, securityToken } = await provider.getCredential();
      if (!accessKeyId || !accessKeySecret) throw new Error("got no AccessKey");
      if (latest?.accessKeyId !== accessKeyId || latest.securityToken !== (securityToken || undefined)) {
        latest = { accessKeyId, accessKeySecret, securityToken: securityToken || undefined };
      }
      return latest;
    } catch (error) {
      // A provider that failed keeps what made it fail, such as the chain's last choice.
      provider = undefined;
      throw notProvided(error);
    }
  }

  return {
    get,
    renew: async (used) => {
      // Of many calls that find the same token expired, the first renews it for all.
      if (latest === used && !asking) provider = undefined;
      await get();
    },
  };
}

function createAlicloudProvider(settings: ProviderSettings): Provider {
  const {
    default: Credential,
    Config,
  }: typeof import("@alicloud/credentials") = require("@alicloud/credentials");
  if (settings.type === "default") return new Credential();
  const { oidcTokenFile, ...rest } = settings;
  const given = Object.entries({ ...rest, oidcTokenFilePath: oidcTokenFile }).filter(([, value]) => value);
  return new Credential(new Config(Object.fromEntries(given)));
}

function notProvided(error: unknown): Failure {
  const said = error instanceof Error ? error.message : String(error);
  return new Failure({
    code: "missing-credentials",
    category: "credentials",
    outcome: "not-sent",
    retryable: false,
    // A failed question to STS is quoted with its signed query.
    text: {
      key: "errors.credential-provider",
      params: { reason: readable(said.replace(/\?\S+/g, "?…"), 200) },
    },
    hint: "hints.credential-provider",
  });
}
