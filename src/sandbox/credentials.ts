/** The sandbox account's user: any client may use these; they open nothing but the sandbox. */
export const sandboxCredentials = {
  accessKeyId: "AKIASANDBOX000000000",
  secretAccessKey: "sandbox-only/this-opens-nothing-at-aws00",
} as const;

export const internalKeyPrefix = "ASIASANDBOX";

/** Keys of the simulated instances and services, which send to the sandbox over HTTP themselves. */
export function isInternalKey(accessKeyId: string): boolean {
  return accessKeyId.startsWith(internalKeyPrefix);
}

export const sandboxRegion = "us-east-1";

/** What a request's signature says about who sent it. */
export interface Caller {
  readonly accessKeyId: string;
  readonly region: string;
  /** SigV4 signing name. */
  readonly service: string;
}

const scope = /^([^/\s]{1,128})\/(\d{8})\/([a-z0-9-]{1,64})\/([a-z0-9-]{1,64})\/aws4_request$/;

/** Reads the credential scope of a signed or presigned request. S3's older signature knows no scope. Signatures themselves are not verified. */
export function readCaller(headers: Readonly<Record<string, string>>, query: URLSearchParams): Caller | undefined {
  const older = /^AWS ([^:\s]+):/.exec(headers["authorization"] ?? "")?.[1] ?? query.get("AWSAccessKeyId");
  if (older !== null) {
    return { accessKeyId: older, region: sandboxRegion, service: "s3" };
  }
  const header = /^AWS4-HMAC-SHA256\s+.*?Credential=([^,\s]+)/.exec(headers["authorization"] ?? "")?.[1];
  const match = scope.exec(header ?? query.get("X-Amz-Credential") ?? "");
  if (match === null) {
    return undefined;
  }
  const [, accessKeyId = "", , region = "", service = ""] = match;
  return { accessKeyId, region, service };
}
