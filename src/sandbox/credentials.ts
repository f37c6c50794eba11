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

/** What a request says about who sent it. */
export interface Caller {
  readonly accessKeyId: string;
  readonly region: string;
  /** SigV4 signing name. */
  readonly service: string;
  /** Of the scope, YYYYMMDD; of a request over the wire. */
  readonly day?: string;
  /** Absent: an older form of signature, or a call inside the sandbox. */
  readonly signature?: { readonly names: readonly string[]; readonly text: string };
}

const scope = /^([^/\s]{1,128})\/(\d{8})\/([a-z0-9-]{1,64})\/([a-z0-9-]{1,64})\/aws4_request$/;

/** Reads a signed or presigned request. S3's older signature knows no scope. */
export function readCaller(headers: Readonly<Record<string, string>>, query: URLSearchParams): Caller | undefined {
  const authorization = headers["authorization"] ?? "";
  const older = /^AWS ([^:\s]+):/.exec(authorization)?.[1] ?? query.get("AWSAccessKeyId");
  if (older !== null) {
    return { accessKeyId: older, region: sandboxRegion, service: "s3" };
  }
  const isHeader = authorization.startsWith("AWS4-HMAC-SHA256");
  const part = (name: string): string =>
    (isHeader ? new RegExp(`[\\s,]${name}=([^,\\s]+)`).exec(authorization)?.[1] : query.get(`X-Amz-${name}`)) ?? "";
  const match = scope.exec(part("Credential"));
  if (match === null) {
    return undefined;
  }
  const [, accessKeyId = "", day = "", region = "", service = ""] = match;
  return { accessKeyId, day, region, service, signature: { names: part("SignedHeaders").split(";"), text: part("Signature") } };
}
