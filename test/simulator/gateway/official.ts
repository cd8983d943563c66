import assert from "node:assert/strict";

export interface Keys {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
}

/** The fields that errors of both packages have. */
export interface Refusal {
  code: string;
  statusCode?: number;
  data?: Record<string, unknown>;
}

export const PK = "a1House00001";
export const KEYS: Keys = { accessKeyId: "testid", accessKeySecret: "testsecret" };
export const STS: Keys = {
  accessKeyId: "STS.NTuC9",
  accessKeySecret: "s3cr3t/+=",
  securityToken: "CAIS+/=token",
};
export const WRONG: Keys = { accessKeyId: "testid", accessKeySecret: "guessed" };
export const UNKNOWN: Keys = { accessKeyId: "nobody", accessKeySecret: "testsecret" };
export const EXPIRED: Keys = {
  accessKeyId: "STS.old",
  accessKeySecret: "oldsecret",
  securityToken: "old/token",
};

export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  return call.then(
    () => assert.fail("the call was not refused"),
    (error: Refusal) => error,
  );
}
