import { ownerTags, streamIsInVpc, type PipelineDefinition } from "./definition";
import { bucketArn, domainArnText } from "./policies";
import { getAtt, present, ref, sub, tagList } from "./intrinsics";
import type { Resource } from "./template";

/** The delivery stream, for each kind of destination. */
export function streamResource(definition: PipelineDefinition): Resource {
  return {
    Type: "AWS::KinesisFirehose::DeliveryStream",
    ...(definition.existing.deliveryRole === undefined ? { DependsOn: ["DeliveryPolicy"] } : {}),
    Properties: {
      DeliveryStreamName: definition.stream.name,
      DeliveryStreamType: "DirectPut",
      ...destination(definition),
      Tags: tagList(ownerTags(definition)),
    },
  };
}

function destination(definition: PipelineDefinition): Record<string, unknown> {
  const { stream } = definition;
  const RetryOptions = { DurationInSeconds: stream.retrySeconds };
  const common = {
    RoleARN: roleArn(definition),
    CloudWatchLoggingOptions: logging(definition, "DestinationLogStream"),
  };
  const BufferingHints = { IntervalInSeconds: stream.bufferSeconds, SizeInMBs: stream.bufferMegabytes };
  const SecretsManagerConfiguration = { Enabled: true, SecretARN: stream.secretArn, RoleARN: roleArn(definition) };
  const S3Configuration = bucketConfiguration(definition);
  switch (stream.destination) {
    case "opensearch":
      return { AmazonopensearchserviceDestinationConfiguration: toDomain(definition) };
    case "s3":
      return { ExtendedS3DestinationConfiguration: { ...bucketConfiguration(definition), BufferingHints } };
    case "redshift":
      return {
        RedshiftDestinationConfiguration: {
          ...common,
          ClusterJDBCURL: stream.url,
          CopyCommand: { DataTableName: stream.table, CopyOptions: "json 'auto'" },
          RetryOptions,
          S3Configuration,
          SecretsManagerConfiguration,
        },
      };
    case "splunk":
      return {
        SplunkDestinationConfiguration: {
          CloudWatchLoggingOptions: common.CloudWatchLoggingOptions,
          HECEndpoint: stream.url,
          HECEndpointType: "Raw",
          RetryOptions,
          S3BackupMode: stream.backup === "AllDocuments" ? "AllEvents" : "FailedEventsOnly",
          S3Configuration,
          SecretsManagerConfiguration,
        },
      };
    case "httpEndpoint":
      return {
        HttpEndpointDestinationConfiguration: {
          ...common,
          EndpointConfiguration: { Name: "endpoint", Url: stream.url },
          BufferingHints,
          RetryOptions,
          S3BackupMode: stream.backup === "AllDocuments" ? "AllData" : "FailedDataOnly",
          S3Configuration,
          SecretsManagerConfiguration,
        },
      };
  }
}

function toDomain(definition: PipelineDefinition): Record<string, unknown> {
  const { stream, domain, existing } = definition;
  return present({
    RoleARN: roleArn(definition),
    DomainARN: existing.domain === undefined ? getAtt("Domain", "Arn") : sub(domainArnText(definition)),
    IndexName: stream.index,
    IndexRotationPeriod: stream.indexRotation,
    BufferingHints: { IntervalInSeconds: stream.bufferSeconds, SizeInMBs: stream.bufferMegabytes },
    RetryOptions: { DurationInSeconds: stream.retrySeconds },
    S3BackupMode: stream.backup,
    S3Configuration: bucketConfiguration(definition),
    CloudWatchLoggingOptions: logging(definition, "DestinationLogStream"),
    VpcConfiguration: streamIsInVpc(definition)
      ? { RoleARN: roleArn(definition), SubnetIds: domain.subnetIds, SecurityGroupIds: domain.securityGroupIds }
      : undefined,
  });
}

function bucketConfiguration(definition: PipelineDefinition): Record<string, unknown> {
  const { stream, bucket } = definition;
  return present({
    BucketARN: bucketArn(definition),
    RoleARN: roleArn(definition),
    Prefix: bucket.prefix === "" ? undefined : bucket.prefix,
    CompressionFormat: stream.compression,
    BufferingHints: { IntervalInSeconds: Math.max(60, stream.bufferSeconds), SizeInMBs: stream.bufferMegabytes },
    CloudWatchLoggingOptions: logging(definition, "BackupLogStream"),
  });
}

function logging(definition: PipelineDefinition, resource: string): object {
  return definition.stream.errorLogging
    ? { Enabled: true, LogGroupName: ref("LogGroup"), LogStreamName: ref(resource) }
    : { Enabled: false };
}

function roleArn({ existing }: PipelineDefinition): object {
  return existing.deliveryRole === undefined
    ? getAtt("DeliveryRole", "Arn")
    : sub(`arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/${existing.deliveryRole}`);
}
