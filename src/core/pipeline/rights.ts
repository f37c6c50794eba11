import type { IamPort } from "../aws/ports";
import { partitionOf } from "../aws/partition";
import { createsDomain, stackName, type PipelineDefinition } from "./definition";

/** What whoever deploys, changes and destroys a pipeline needs: actions on the names that they are used with. */
interface Right {
  readonly id: string;
  /** Tried by simulation before anything is created. */
  readonly actions: readonly string[];
  /** Needed too, but for looking, for a change or for the end. */
  readonly later?: readonly string[];
  readonly resources: readonly string[];
  /** For iam:PassRole: the service that gets the role. */
  readonly passedTo?: string;
}

/** ARNs of one account and Region. */
interface Arns {
  readonly regional: (service: string, resource: string) => string;
  readonly role: (name: string) => string;
  readonly bucket: (name: string) => string;
  readonly publicImages: string;
}

function arnsOf(region: string, account: string): Arns {
  const partition = partitionOf(region).id;
  return {
    regional: (service, resource) => `arn:${partition}:${service}:${region}:${account}:${resource}`,
    role: (name) => `arn:${partition}:iam::${account}:role/${name}`,
    bucket: (name) => `arn:${partition}:s3:::${name}`,
    publicImages: `arn:${partition}:appstream:${region}::image/*`,
  };
}

function deployerRights(definition: PipelineDefinition, account: string): readonly Right[] {
  const arns = arnsOf(definition.region, account);
  const { existing } = definition;
  const ownStream = existing.stream === undefined;
  return [
    looking(definition),
    stacks(definition, arns),
    ...(ownStream && existing.bucket === undefined ? ownBucket(definition, arns) : []),
    ...(ownStream && existing.bucket !== undefined ? [existingBucket(existing.bucket, arns)] : []),
    ...(ownStream && definition.stream.errorLogging ? logGroup(definition, arns) : []),
    ...roles(definition, arns),
    ...domain(definition, arns),
    stream(definition, arns),
    ...(existing.fleet === undefined && existing.image === undefined ? image(definition, arns) : []),
    ...sessions(definition, arns),
  ];
}

/** Actions that AWS does not narrow to a resource, and those that look over all of a kind. */
function looking({ domain, fleet }: PipelineDefinition): Right {
  const network = domain.subnetIds.length + fleet.subnetIds.length > 0;
  return {
    id: "Look",
    actions: [],
    later: [
      ...[
        "iam:GetRole",
        "iam:SimulatePrincipalPolicy",
        "firehose:ListDeliveryStreams",
        "servicequotas:ListServiceQuotas",
        "pricing:GetProducts",
      ],
      ...["es:ListVersions", "es:ListInstanceTypeDetails", "es:DescribeInstanceTypeLimits", "es:ListDomainNames", "logs:DescribeLogGroups"],
      ...["appstream:DescribeFleets", "appstream:DescribeStacks", "appstream:DescribeImages", "appstream:DescribeImageBuilders"],
      ...["appstream:DescribeSessions", "appstream:ExpireSession", "appstream:ListTagsForResource", "s3:ListAllMyBuckets"],
      ...["cloudformation:DescribeStackDriftDetectionStatus"],
      ...(network ? ["ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeRouteTables", "ec2:DescribeVpcs"] : []),
    ],
    resources: ["*"],
  };
}

function stacks(definition: PipelineDefinition, { regional }: Arns): Right {
  const action = (name: string): string => `cloudformation:${name}`;
  return {
    id: "Stacks",
    actions: ["CreateChangeSet", "ExecuteChangeSet", "DeleteStack"].map(action),
    later: [
      ...["DescribeChangeSet", "ListChangeSets", "DeleteChangeSet", "DescribeStacks", "DescribeStackEvents", "ListStackResources"],
      ...["TagResource", "UpdateTerminationProtection", "CancelUpdateStack", "ContinueUpdateRollback", "GetTemplate"],
      ...["DetectStackDrift", "DetectStackResourceDrift", "DescribeStackResourceDrifts"],
    ].map(action),
    resources: (["ingest", "streaming"] as const).map((part) => regional("cloudformation", `stack/${stackName(definition, part)}/*`)),
  };
}

function ownBucket(definition: PipelineDefinition, { bucket }: Arns): readonly Right[] {
  const name = definition.bucket.name === "" ? `${stackName(definition, "ingest").toLowerCase()}-*` : definition.bucket.name;
  const action = (one: string): string => `s3:${one}`;
  return [
    {
      id: "Bucket",
      actions: ["CreateBucket"].map(action),
      later: [
        // The comparison of drift reads every setting that a bucket has.
        ...["ListBucket", "GetBucket*", "Get*Configuration", "PutBucketTagging", "TagResource", "PutBucketPublicAccessBlock"],
        ...["PutEncryptionConfiguration", "PutLifecycleConfiguration", "ListBucketVersions", "ListBucketMultipartUploads"],
        "DeleteBucket",
      ].map(action),
      resources: [bucket(name)],
    },
    {
      id: "Objects",
      actions: ["PutObject", "GetObject"].map(action),
      later: ["DeleteObject", "DeleteObjectVersion", "AbortMultipartUpload"].map(action),
      resources: [`${bucket(name)}/*`],
    },
  ];
}

const existingBucket = (name: string, { bucket }: Arns): Right => ({
  id: "Bucket",
  actions: [],
  later: ["s3:ListBucket"],
  resources: [bucket(name)],
});

function logGroup({ logs: { group } }: PipelineDefinition, { regional }: Arns): readonly Right[] {
  const arn = regional("logs", `log-group:${group}`);
  return [
    { id: "LogGroup", actions: ["logs:CreateLogGroup"], resources: [arn] },
    {
      id: "Logs",
      actions: [],
      later: ["CreateLogStream", "PutRetentionPolicy", "DeleteRetentionPolicy", "TagResource", "UntagResource", "ListTagsForResource"]
        .concat(["DescribeLogStreams", "GetLogEvents", "DeleteLogStream", "DeleteLogGroup"])
        .map((action) => `logs:${action}`),
      resources: [arn, `${arn}:*`],
    },
  ];
}

function roles({ existing, roles }: PipelineDefinition, { role }: Arns): readonly Right[] {
  const own = [
    ...(existing.deliveryRole === undefined && existing.stream === undefined ? [role(roles.delivery)] : []),
    ...(existing.machineRole === undefined && existing.fleet === undefined ? [role(roles.machine)] : []),
  ];
  const passing = (id: string, name: string, passedTo: string): Right => ({
    id,
    actions: ["iam:PassRole"],
    resources: [role(name)],
    passedTo,
  });
  return [
    ...(own.length === 0
      ? []
      : [
          {
            id: "Roles",
            actions: ["iam:CreateRole", "iam:PutRolePolicy"],
            later: ["TagRole", "UntagRole", "UpdateRole", "UpdateAssumeRolePolicy", "ListRoleTags", "ListRolePolicies", "GetRolePolicy"]
              .concat(["ListAttachedRolePolicies", "ListInstanceProfilesForRole", "DeleteRolePolicy", "DeleteRole"])
              .map((action) => `iam:${action}`),
            resources: own,
          },
        ]),
    ...(existing.stream === undefined
      ? [passing("PassToFirehose", existing.deliveryRole ?? roles.delivery, "firehose.amazonaws.com")]
      : []),
    ...(existing.fleet === undefined ? [passing("PassToAppStream", existing.machineRole ?? roles.machine, "appstream.amazonaws.com")] : []),
  ];
}

function domain(definition: PipelineDefinition, { regional }: Arns): readonly Right[] {
  if (definition.stream.destination !== "opensearch") {
    return [];
  }
  const arn = regional("es", `domain/${definition.existing.domain ?? definition.domain.name}`);
  const making = {
    actions: ["es:CreateDomain"],
    later: ["UpdateDomainConfig", "UpgradeDomain", "AddTags", "RemoveTags", "ListTags", "DeleteDomain"].map((action) => `es:${action}`),
  };
  const own = createsDomain(definition) ? making : { actions: [], later: [] };
  return [
    {
      id: "Domain",
      actions: own.actions,
      later: ["es:DescribeDomain", "es:DescribeDomains", "es:DescribeDomainConfig", "es:DescribeDomainChangeProgress", ...own.later],
      resources: [arn],
    },
    {
      id: "Documents",
      // The domain's own policy may allow them too, so that they are not tried.
      actions: [],
      later: ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut", "es:ESHttpDelete"],
      resources: [`${arn}/*`],
    },
  ];
}

function stream({ stream, existing }: PipelineDefinition, { regional }: Arns): Right {
  const action = (name: string): string => `firehose:${name}`;
  const own = existing.stream === undefined;
  return {
    id: "Stream",
    actions: [...(own ? ["CreateDeliveryStream", "TagDeliveryStream"] : []), "PutRecord"].map(action),
    later: [
      "DescribeDeliveryStream",
      ...(own ? ["UpdateDestination", "UntagDeliveryStream", "ListTagsForDeliveryStream", "DeleteDeliveryStream"] : []),
    ].map(action),
    resources: [regional("firehose", `deliverystream/${existing.stream ?? stream.name}`)],
  };
}

function image({ image }: PipelineDefinition, { regional, publicImages }: Arns): readonly Right[] {
  const action = (name: string): string => `appstream:${name}`;
  const builder = regional("appstream", `image-builder/${image.builderName}`);
  return [
    { id: "BaseImage", actions: [], later: [action("CreateImageBuilder")], resources: [publicImages] },
    {
      id: "ImageBuilder",
      actions: ["CreateImageBuilder", "TagResource", "CreateImageBuilderStreamingURL"].map(action),
      later: ["UntagResource", "StartImageBuilder", "StopImageBuilder", "DeleteImageBuilder"].map(action),
      resources: [builder],
    },
    {
      id: "Image",
      actions: [],
      later: ["TagResource", "UntagResource", "DeleteImage", "DescribeImagePermissions", "DeleteImagePermissions"].map(action),
      // Images that a later one has replaced have other names.
      resources: [regional("appstream", "image/*")],
    },
  ];
}

function sessions({ existing, fleet, image, appstreamStack }: PipelineDefinition, { regional }: Arns): readonly Right[] {
  const action = (name: string): string => `appstream:${name}`;
  const fleetArn = regional("appstream", `fleet/${existing.fleet ?? fleet.name}`);
  const stackArn = regional("appstream", `stack/${appstreamStack.name}`);
  return [
    ...(existing.fleet === undefined
      ? [
          {
            id: "Fleet",
            actions: ["CreateFleet", "StartFleet"].map(action),
            later: ["UpdateFleet", "StopFleet", "DeleteFleet", "TagResource", "UntagResource"].map(action),
            resources: [fleetArn],
          },
          {
            id: "FleetImage",
            actions: [],
            later: ["CreateFleet", "UpdateFleet"].map(action),
            resources: [regional("appstream", `image/${existing.image ?? image.name}`)],
          },
        ]
      : []),
    {
      id: "AppStreamStack",
      actions: ["CreateStack"].map(action),
      later: ["UpdateStack", "DeleteStack", "TagResource", "UntagResource", "ListAssociatedFleets"].map(action),
      resources: [stackArn],
    },
    {
      id: "Association",
      actions: ["AssociateFleet"].map(action),
      later: ["DisassociateFleet", "ListAssociatedStacks", "CreateStreamingURL"].map(action),
      resources: [fleetArn, stackArn],
    },
  ];
}

/** The least policy with which one can deploy, change and destroy this pipeline, and no other. */
export function deployerPolicy(definition: PipelineDefinition, account: string): object {
  const statements = deployerRights(definition, account).map(({ id, actions, later = [], resources, passedTo }) => ({
    Sid: id,
    Effect: "Allow",
    Action: [...actions, ...later],
    Resource: resources,
    ...(passedTo === undefined ? {} : { Condition: { StringEquals: { "iam:PassedToService": passedTo } } }),
  }));
  return { Version: "2012-10-17", Statement: statements };
}

/** The actions that the simulation does not allow, tried on names as they will be. Rejects with `accessDenied` where simulation is not permitted. */
export async function deniedActions(
  iam: IamPort,
  principal: string,
  definition: PipelineDefinition,
  account: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const tried = deployerRights(definition, account).filter(({ actions }) => actions.length > 0);
  const denied = await Promise.all(
    tried.map(async ({ actions, resources, passedTo }) => {
      const context = passedTo === undefined ? {} : { "iam:PassedToService": passedTo };
      const asked = { principalArn: principal, actions, resources: resources.map(anyOf), context };
      const decisions = await iam.simulate(asked, signal);
      return actions.filter((action) => decisions[action] !== "allowed");
    }),
  );
  return [...new Set(denied.flat())];
}

/** A simulation judges one resource, not a pattern. */
const anyOf = (arn: string): string => arn.replaceAll("*", "preview");
