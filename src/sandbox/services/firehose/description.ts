import type { StreamItem } from "./streams";

export const destinationId = "destinationId-000000000001";

/** DeliveryStreamDescription of the API. */
export function describeStream(stream: StreamItem): Record<string, unknown> {
  const { kind, description } = stream.destination;
  const shown: Record<string, unknown> = { [`${kind}DestinationDescription`]: description };
  if (kind === "ExtendedS3") {
    shown["S3DestinationDescription"] = s3Members(description);
  }
  return {
    DeliveryStreamName: stream.name,
    DeliveryStreamARN: stream.arn,
    DeliveryStreamStatus: stream.status,
    ...(stream.failure === undefined ? {} : { FailureDescription: stream.failure }),
    DeliveryStreamEncryptionConfiguration: stream.encryption,
    DeliveryStreamType: stream.type,
    VersionId: String(stream.version),
    CreateTimestamp: new Date(stream.created),
    ...(stream.updated === undefined ? {} : { LastUpdateTimestamp: new Date(stream.updated) }),
    Destinations: [{ DestinationId: destinationId, ...shown }],
    HasMoreDestinations: false,
  };
}

function s3Members(description: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const members = [
    "RoleARN",
    "BucketARN",
    "Prefix",
    "ErrorOutputPrefix",
    "BufferingHints",
    "CompressionFormat",
    "EncryptionConfiguration",
    "CloudWatchLoggingOptions",
  ];
  return Object.fromEntries(members.filter((key) => description[key] !== undefined).map((key) => [key, description[key]]));
}
