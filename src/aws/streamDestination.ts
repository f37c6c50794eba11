import type {
  AmazonopensearchserviceDestinationUpdate,
  CloudWatchLoggingOptions,
  DestinationDescription,
  S3DestinationDescription,
} from "@aws-sdk/client-firehose";
import type { DestinationValues, StreamDestination } from "../core/aws/ports";
import { present } from "./present";

/** What the kinds of destination have in common; each kind leaves out some of it. */
interface AnyDestination {
  readonly RoleARN?: string | undefined;
  readonly DomainARN?: string | undefined;
  readonly ClusterEndpoint?: string | undefined;
  readonly CollectionEndpoint?: string | undefined;
  readonly IndexName?: string | undefined;
  readonly IndexRotationPeriod?: StreamDestination["indexRotation"] | undefined;
  readonly BufferingHints?: { readonly IntervalInSeconds?: number | undefined; readonly SizeInMBs?: number | undefined } | undefined;
  readonly RetryOptions?: { readonly DurationInSeconds?: number | undefined } | undefined;
  readonly S3BackupMode?: string | undefined;
  readonly S3DestinationDescription?: S3DestinationDescription | undefined;
  readonly CloudWatchLoggingOptions?: CloudWatchLoggingOptions | undefined;
  readonly BucketARN?: string | undefined;
  readonly ErrorOutputPrefix?: string | undefined;
  readonly ClusterJDBCURL?: string | undefined;
  readonly HECEndpoint?: string | undefined;
  readonly EndpointConfiguration?: { readonly Url?: string | undefined } | undefined;
}

/** Describe answers in the form the stream was created with; the plain S3 form accompanies the extended one. */
export function toDestination(described: DestinationDescription | undefined): StreamDestination | undefined {
  if (described === undefined) {
    return undefined;
  }
  const kinds: readonly (readonly [StreamDestination["kind"], AnyDestination | undefined])[] = [
    ["opensearch", described.AmazonopensearchserviceDestinationDescription],
    ["elasticsearch", described.ElasticsearchDestinationDescription],
    ["serverless", described.AmazonOpenSearchServerlessDestinationDescription],
    ["redshift", described.RedshiftDestinationDescription],
    ["splunk", described.SplunkDestinationDescription],
    ["httpEndpoint", described.HttpEndpointDestinationDescription],
    ["s3", described.ExtendedS3DestinationDescription ?? described.S3DestinationDescription],
  ];
  const found = kinds.find(([, destination]) => destination !== undefined);
  return found?.[1] === undefined ? { kind: "other" } : fromAny(found[0], found[1]);
}

function fromAny(kind: StreamDestination["kind"], from: AnyDestination): StreamDestination {
  const bucket = from.S3DestinationDescription;
  return {
    kind,
    ...present({
      domainArn: from.DomainARN,
      clusterEndpoint: from.ClusterEndpoint ?? from.CollectionEndpoint,
      indexName: from.IndexName,
      indexRotation: from.IndexRotationPeriod,
      bufferSeconds: from.BufferingHints?.IntervalInSeconds,
      bufferMegabytes: from.BufferingHints?.SizeInMBs,
      retrySeconds: from.RetryOptions?.DurationInSeconds,
      backupMode: from.S3BackupMode,
      bucketArn: bucket?.BucketARN ?? from.BucketARN,
      errorPrefix: bucket?.ErrorOutputPrefix ?? bucket?.Prefix ?? from.ErrorOutputPrefix,
      logging: toLogging(from.CloudWatchLoggingOptions),
      roleArn: from.RoleARN ?? bucket?.RoleARN,
      url: from.ClusterJDBCURL ?? from.HECEndpoint ?? from.EndpointConfiguration?.Url,
    }),
  };
}

function toLogging(options: CloudWatchLoggingOptions | undefined): StreamDestination["logging"] {
  if (options === undefined) {
    return undefined;
  }
  return { enabled: options.Enabled === true, ...present({ group: options.LogGroupName, stream: options.LogStreamName }) };
}

/** Both forms of a domain as destination have the same members. */
export function toDestinationUpdate(values: DestinationValues): AmazonopensearchserviceDestinationUpdate {
  const { bufferSeconds, bufferMegabytes, retrySeconds, logging } = values;
  const buffers = present({ IntervalInSeconds: bufferSeconds, SizeInMBs: bufferMegabytes });
  return present({
    IndexName: values.indexName,
    IndexRotationPeriod: values.indexRotation,
    BufferingHints: Object.keys(buffers).length === 0 ? undefined : buffers,
    RetryOptions: retrySeconds === undefined ? undefined : { DurationInSeconds: retrySeconds },
    CloudWatchLoggingOptions:
      logging === undefined ? undefined : present({ Enabled: logging.enabled, LogGroupName: logging.group, LogStreamName: logging.stream }),
  });
}
