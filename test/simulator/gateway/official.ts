import assert from "node:assert/strict";

export interface Keys {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
}

/** The fields that errors of both packages have. */
interface Refusal {
  code: string;
  statusCode?: number;
  data?: Record<string, unknown>;
}

export const sampleProductKey = "a1House00001";
export const testKeys: Keys = { accessKeyId: "testid", accessKeySecret: "testsecret" };
export const stsKeys: Keys = {
  accessKeyId: "STS.NTuC9",
  accessKeySecret: "s3cr3t/+=",
  securityToken: "CAIS+/=token",
};
export const wrongKeys: Keys = { accessKeyId: "testid", accessKeySecret: "guessed" };
export const unknownKeys: Keys = { accessKeyId: "nobody", accessKeySecret: "testsecret" };
export const expiredKeys: Keys = {
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
