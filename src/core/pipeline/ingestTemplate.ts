import { ownerTags, type PipelineDefinition } from "./definition";
import { streamResource } from "./destinations";
import { deliveryPolicy, deliveryTrust, domainArnText, domainPolicy, machinePolicy, machineTrust, streamArn } from "./policies";
import { getAtt, present, ref, sub, tagList } from "./intrinsics";
import type { Resource, Template } from "./template";

/** Everything between the sessions and the logs: bucket, log group, roles, domain and delivery stream. */
export function ingestTemplate(definition: PipelineDefinition): Template {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `AppStream Monitor pipeline ${definition.name}: where the events go.`,
    Resources: resources(definition),
    Outputs: outputs(definition),
  };
}

interface Creates {
  readonly domain: boolean;
  readonly stream: boolean;
  readonly bucket: boolean;
  readonly logs: boolean;
  readonly deliveryRole: boolean;
  readonly machineRole: boolean;
}

function creates({ existing, stream }: PipelineDefinition): Creates {
  const own = existing.stream === undefined;
  return {
    stream: own,
    domain: own && existing.domain === undefined && stream.destination === "opensearch",
    bucket: own && existing.bucket === undefined,
    logs: own && stream.errorLogging,
    deliveryRole: own && existing.deliveryRole === undefined,
    machineRole: existing.machineRole === undefined && existing.fleet === undefined,
  };
}

function resources(definition: PipelineDefinition): Record<string, Resource> {
  const creating = creates(definition);
  return {
    ...(creating.machineRole ? { MachineRole: machineRole(definition) } : {}),
    ...(creating.bucket ? { Bucket: bucket(definition) } : {}),
    ...(creating.logs ? logs(definition) : {}),
    ...(creating.deliveryRole ? deliveryRole(definition) : {}),
    ...(creating.domain ? { Domain: domain(definition) } : {}),
    ...(creating.stream ? { Stream: streamResource(definition) } : {}),
  };
}

function bucket(definition: PipelineDefinition): Resource {
  const { name, expirationDays } = definition.bucket;
  return {
    Type: "AWS::S3::Bucket",
    DeletionPolicy: "RetainExceptOnCreate",
    UpdateReplacePolicy: "Retain",
    Properties: present({
      BucketName: name === "" ? undefined : name,
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: "ExpireRecords",
            Status: "Enabled",
            ExpirationInDays: expirationDays,
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          },
        ],
      },
      Tags: tagList(ownerTags(definition)),
    }),
  };
}

function logs(definition: PipelineDefinition): Record<string, Resource> {
  const logStream = (name: string): Resource => ({
    Type: "AWS::Logs::LogStream",
    Properties: { LogGroupName: ref("LogGroup"), LogStreamName: name },
  });
  return {
    LogGroup: {
      Type: "AWS::Logs::LogGroup",
      DeletionPolicy: "Delete",
      UpdateReplacePolicy: "Delete",
      Properties: {
        LogGroupName: definition.logs.group,
        RetentionInDays: definition.logs.retentionDays,
        Tags: tagList(ownerTags(definition)),
      },
    },
    DestinationLogStream: logStream("DestinationDelivery"),
    BackupLogStream: logStream("BackupDelivery"),
  };
}

function machineRole(definition: PipelineDefinition): Resource {
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      RoleName: definition.roles.machine,
      Description: "Lets AppStream instances write to the delivery stream.",
      AssumeRolePolicyDocument: machineTrust(),
      Policies: [{ PolicyName: "write-to-stream", PolicyDocument: machinePolicy(definition) }],
      Tags: tagList(ownerTags(definition)),
    },
  };
}

/** The policy stands apart from its role, so that it can name the domain and the bucket. */
function deliveryRole(definition: PipelineDefinition): Record<string, Resource> {
  return {
    DeliveryRole: {
      Type: "AWS::IAM::Role",
      Properties: {
        RoleName: definition.roles.delivery,
        Description: "Lets Firehose deliver the events.",
        AssumeRolePolicyDocument: deliveryTrust(),
        Tags: tagList(ownerTags(definition)),
      },
    },
    DeliveryPolicy: {
      Type: "AWS::IAM::Policy",
      Properties: { PolicyName: "deliver", PolicyDocument: deliveryPolicy(definition), Roles: [ref("DeliveryRole")] },
    },
  };
}

function domain(definition: PipelineDefinition): Resource {
  const { domain } = definition;
  const fineGrained = domain.masterUserArn !== "";
  return {
    Type: "AWS::OpenSearchService::Domain",
    DeletionPolicy: domain.onDelete === "retain" ? "RetainExceptOnCreate" : "Delete",
    UpdateReplacePolicy: "Retain",
    UpdatePolicy: { EnableVersionUpgrade: true },
    Properties: present({
      DomainName: domain.name,
      EngineVersion: domain.engineVersion,
      ClusterConfig: present({
        InstanceType: domain.instanceType,
        InstanceCount: domain.instanceCount,
        ZoneAwarenessEnabled: domain.zoneAwareness,
        ZoneAwarenessConfig: domain.zoneAwareness ? { AvailabilityZoneCount: 2 } : undefined,
      }),
      EBSOptions: { EBSEnabled: true, VolumeType: domain.volumeType, VolumeSize: domain.volumeGb },
      AccessPolicies: domainPolicy(definition),
      EncryptionAtRestOptions: domain.encryptionAtRest ? { Enabled: true } : undefined,
      NodeToNodeEncryptionOptions: domain.nodeToNodeEncryption ? { Enabled: true } : undefined,
      DomainEndpointOptions: { EnforceHTTPS: domain.enforceHttps, TLSSecurityPolicy: domain.tlsPolicy },
      AdvancedOptions: { "rest.action.multi.allow_explicit_index": "true" },
      AdvancedSecurityOptions: fineGrained
        ? { Enabled: true, InternalUserDatabaseEnabled: false, MasterUserOptions: { MasterUserARN: domain.masterUserArn } }
        : undefined,
      VPCOptions: domain.subnetIds.length > 0 ? { SubnetIds: domain.subnetIds, SecurityGroupIds: domain.securityGroupIds } : undefined,
      Tags: tagList(ownerTags(definition)),
    }),
  };
}

function outputs(definition: PipelineDefinition): Template["Outputs"] {
  const creating = creates(definition);
  const { stream, existing } = definition;
  const toDomain = stream.destination === "opensearch";
  const output = (Description: string, Value: unknown): { Description: string; Value: unknown } => ({ Description, Value });
  return {
    StreamName: output("Name of the delivery stream.", existing.stream ?? ref("Stream")),
    StreamArn: output("ARN of the delivery stream.", creating.stream ? getAtt("Stream", "Arn") : streamArn(definition)),
    ...(creating.machineRole ? { MachineRoleArn: output("Role of the fleet and the image builder.", getAtt("MachineRole", "Arn")) } : {}),
    ...(creating.deliveryRole ? { DeliveryRoleArn: output("Role that the stream delivers with.", getAtt("DeliveryRole", "Arn")) } : {}),
    ...(creating.stream ? { BucketName: output("Bucket for failed documents.", existing.bucket ?? ref("Bucket")) } : {}),
    ...(creating.logs ? { LogGroupName: output("Log group for delivery errors.", ref("LogGroup")) } : {}),
    ...(toDomain && creating.stream
      ? {
          DomainName: output("Name of the domain.", existing.domain ?? ref("Domain")),
          DomainArn: output("ARN of the domain.", creating.domain ? getAtt("Domain", "Arn") : sub(domainArnText(definition))),
          IndexName: output("Name of the index, without a date.", stream.index),
        }
      : {}),
    ...(creating.domain ? { DomainEndpoint: output("Host of the domain.", getAtt("Domain", "DomainEndpoint")) } : {}),
  };
}
