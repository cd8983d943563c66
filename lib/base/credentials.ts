export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Present for temporary credentials (STS) only. */
  readonly securityToken?: string | undefined;
}
