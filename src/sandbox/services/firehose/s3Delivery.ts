import { gzipSync } from "node:zlib";
import { isObject, scalarText, textOr } from "../../search/json";
import type { World } from "../../world";
import { objectKey } from "./naming";
import type { StreamItem } from "./streams";
import type { RoleTransport } from "./transport";

type Json = Readonly<Record<string, unknown>>;

/** S3 refused; `code` is Firehose's own name for it. */
export class S3Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "S3Refusal";
    this.code = code;
  }
}

export interface S3Object {
  readonly body: Uint8Array;
  /** Arrival of the oldest record in it. */
  readonly at: number;
  /** For failed records: value of error-output-type. */
  readonly errorType?: string;
}

/** Writes one object as an S3 destination description says. */
export async function putS3Object(
  world: World,
  stream: StreamItem,
  s3: Json,
  object: S3Object,
  transport: RoleTransport,
  signal: AbortSignal,
): Promise<string> {
  const bucket = scalarText(s3["BucketARN"]).replace(/^arn:[^:]+:s3:::/, "");
  const gzip = s3["CompressionFormat"] === "GZIP";
  const key = objectKey({
    prefix: textOr(s3["Prefix"], ""),
    errorPrefix: typeof s3["ErrorOutputPrefix"] === "string" ? s3["ErrorOutputPrefix"] : undefined,
    ...(object.errorType === undefined ? {} : { errorType: object.errorType }),
    stream: stream.name,
    version: stream.version,
    at: object.at,
    uuid: world.uuid(),
    extension: gzip ? ".gz" : "",
    random: () => world.randomHex(11),
  });
  const url = `${world.endpoint}/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
  const body = gzip ? gzipSync(object.body) : object.body;
  const answer = await transport.send("s3", "PUT", url, body, { "content-type": "application/octet-stream" }, signal);
  if (answer.status !== 200) {
    const code = /<Code>([^<]+)<\/Code>/.exec(answer.body)?.[1] ?? `HTTP ${answer.status}`;
    throw new S3Refusal(`S3.${code}`, s3Message(code, bucket));
  }
  return key;
}

function s3Message(code: string, bucket: string): string {
  switch (code) {
    case "NoSuchBucket":
      return `The specified bucket does not exist. Create the bucket or use a different bucket that does exist. Bucket: ${bucket}`;
    case "AccessDenied":
      return "Access was denied. Ensure that the trust policy for the provided IAM role allows Firehose to assume the role, and the access policy allows access to the S3 bucket.";
    default:
      return `Amazon S3 answered ${code} for the bucket ${bucket}.`;
  }
}

/** Log group and stream of a destination, where logging is on. */
export function logTarget(description: Json): { readonly group: string; readonly stream: string } | undefined {
  const options = description["CloudWatchLoggingOptions"];
  return isObject(options) &&
    options["Enabled"] === true &&
    typeof options["LogGroupName"] === "string" &&
    typeof options["LogStreamName"] === "string"
    ? { group: options["LogGroupName"], stream: options["LogStreamName"] }
    : undefined;
}
