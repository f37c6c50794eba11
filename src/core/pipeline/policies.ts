import { streamIsInVpc, type PipelineDefinition } from "./definition";
import { getAtt, ref, sub } from "./intrinsics";

type Statement = Readonly<Record<string, unknown>>;

const policy = (statements: readonly Statement[]): object => ({ Version: "2012-10-17", Statement: statements });
const allow = (actions: readonly string[], resources: unknown): Statement => ({ Effect: "Allow", Action: actions, Resource: resources });

/** Firehose assumes the role only for this account's streams. */
export function deliveryTrust(): object {
  return policy([
    {
      Effect: "Allow",
      Principal: { Service: "firehose.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "sts:ExternalId": ref("AWS::AccountId") } },
    },
  ]);
}

export function machineTrust(): object {
  return policy([{ Effect: "Allow", Principal: { Service: "appstream.amazonaws.com" }, Action: "sts:AssumeRole" }]);
}

export function streamArn(definition: PipelineDefinition): object {
  const name = definition.existing.stream ?? definition.stream.name;
  return sub(`arn:\${AWS::Partition}:firehose:\${AWS::Region}:\${AWS::AccountId}:deliverystream/${name}`);
}

/** The agent calls PutRecordBatch only; every program of a session can use these rights. */
export function machinePolicy(definition: PipelineDefinition): object {
  return policy([allow(["firehose:PutRecordBatch"], streamArn(definition))]);
}

export function domainArnText(definition: PipelineDefinition): string {
  const name = definition.existing.domain ?? definition.domain.name;
  return `arn:\${AWS::Partition}:es:\${AWS::Region}:\${AWS::AccountId}:domain/${name}`;
}

export function bucketArn(definition: PipelineDefinition): object {
  const { bucket } = definition.existing;
  return bucket === undefined ? getAtt("Bucket", "Arn") : sub(`arn:\${AWS::Partition}:s3:::${bucket}`);
}

function bucketObjects(definition: PipelineDefinition): object {
  const { bucket } = definition.existing;
  return sub(bucket === undefined ? "${Bucket.Arn}/*" : `arn:\${AWS::Partition}:s3:::${bucket}/*`);
}

/** What Firehose needs to deliver, and nothing else. */
export function deliveryPolicy(definition: PipelineDefinition): object {
  const { stream } = definition;
  const statements: Statement[] = [
    allow(
      ["s3:AbortMultipartUpload", "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:PutObject"],
      [bucketArn(definition), bucketObjects(definition)],
    ),
  ];
  if (stream.destination === "opensearch") {
    statements.push(...domainStatements(domainArnText(definition), stream.index));
    if (streamIsInVpc(definition)) {
      statements.push(allow(networkActions, "*"));
    }
  } else if (stream.destination !== "s3") {
    statements.push(allow(["secretsmanager:GetSecretValue"], stream.secretArn));
  }
  if (stream.errorLogging) {
    statements.push(allow(["logs:PutLogEvents"], [logStreamArn("DestinationLogStream"), logStreamArn("BackupLogStream")]));
  }
  return policy(statements);
}

function domainStatements(arn: string, index: string): Statement[] {
  const reads = [
    "_all/_settings",
    "_cluster/stats",
    `${index}*/_mapping/*`,
    "_nodes",
    "_nodes/stats",
    "_nodes/*/stats",
    "_stats",
    `${index}*/_stats`,
  ];
  return [
    allow(
      [
        "es:DescribeDomain",
        "es:DescribeDomains",
        "es:DescribeDomainConfig",
        "es:DescribeElasticsearchDomain",
        "es:DescribeElasticsearchDomains",
        "es:DescribeElasticsearchDomainConfig",
        "es:ESHttpPost",
        "es:ESHttpPut",
      ],
      [sub(arn), sub(`${arn}/*`)],
    ),
    allow(
      ["es:ESHttpGet"],
      reads.map((path) => sub(`${arn}/${path}`)),
    ),
  ];
}

const networkActions = [
  "ec2:DescribeVpcs",
  "ec2:DescribeVpcAttribute",
  "ec2:DescribeSubnets",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeNetworkInterfaces",
  "ec2:CreateNetworkInterface",
  "ec2:CreateNetworkInterfacePermission",
  "ec2:DeleteNetworkInterface",
];

function logStreamArn(resource: string): object {
  return sub(`arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:\${LogGroup}:log-stream:\${${resource}}`);
}

/** Who may reach the domain: address blocks without signing, principals with it. */
export function domainPolicy(definition: PipelineDefinition): object {
  const resource = sub(`${domainArnText(definition)}/*`);
  const statements: Statement[] = [];
  if (definition.allowedAddresses.length > 0) {
    statements.push({
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "es:ESHttp*",
      Resource: resource,
      Condition: { IpAddress: { "aws:SourceIp": definition.allowedAddresses } },
    });
  }
  if (definition.allowedPrincipals.length > 0) {
    const principals = definition.allowedPrincipals.map((one) =>
      one === "account" ? sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root") : one,
    );
    statements.push({ Effect: "Allow", Principal: { AWS: principals }, Action: "es:ESHttp*", Resource: resource });
  }
  return policy(statements);
}
