import {
  DescribeDomainCommand,
  DescribeDomainsCommand,
  DescribeInstanceTypeLimitsCommand,
  ListDomainNamesCommand,
  ListInstanceTypeDetailsCommand,
  ListTagsCommand,
  ListVersionsCommand,
  OpenSearchClient,
  type DomainStatus,
  type Limits,
  type OpenSearchPartitionInstanceType,
} from "@aws-sdk/client-opensearch";
import { AppError } from "../core/errors";
import type { Domain, DomainInstanceType, DomainsPort, InstanceLimits } from "../core/aws/ports";
import { lazy, type ClientOptions } from "./clientOptions";
import { present, toTags } from "./present";

/** DescribeDomains takes at most this many names. */
const namesPerCall = 5;

export function createDomains({ sdk, call }: ClientOptions): DomainsPort {
  const opensearch = lazy(() => new OpenSearchClient(sdk("opensearch")));
  return {
    list: async (signal) => {
      const answer = await call((options) => opensearch().send(new ListDomainNamesCommand({}), options), signal);
      return (answer.DomainNames ?? []).map((entry) => ({ name: entry.DomainName ?? "", ...present({ engine: entry.EngineType }) }));
    },
    describe: async (names, signal) => {
      const found: Domain[] = [];
      for (let at = 0; at < names.length; at += namesPerCall) {
        const some = names.slice(at, at + namesPerCall);
        const answer = await call((options) => opensearch().send(new DescribeDomainsCommand({ DomainNames: [...some] }), options), signal);
        found.push(...(answer.DomainStatusList ?? []).map(toDomain));
      }
      return found;
    },
    get: async (name, signal) => {
      const answer = await call((options) => opensearch().send(new DescribeDomainCommand({ DomainName: name }), options), signal);
      if (answer.DomainStatus === undefined) {
        throw new AppError("unexpected", `DescribeDomain gave no status for ${name}`);
      }
      return toDomain(answer.DomainStatus);
    },
    listVersions: async (signal) => {
      const versions: string[] = [];
      let token: string | undefined;
      do {
        const answer = await call(
          (options) => opensearch().send(new ListVersionsCommand({ MaxResults: 100, NextToken: token }), options),
          signal,
        );
        versions.push(...(answer.Versions ?? []));
        token = answer.NextToken;
      } while (token !== undefined);
      return versions;
    },
    listInstanceTypes: async (engineVersion, signal) => {
      const types: DomainInstanceType[] = [];
      let token: string | undefined;
      do {
        const input = { EngineVersion: engineVersion, MaxResults: 100, NextToken: token };
        const answer = await call((options) => opensearch().send(new ListInstanceTypeDetailsCommand(input), options), signal);
        for (const { InstanceType: name, EncryptionEnabled, AdvancedSecurityEnabled } of answer.InstanceTypeDetails ?? []) {
          if (name !== undefined) {
            types.push({ name, encryptionAtRest: EncryptionEnabled === true, fineGrainedAccess: AdvancedSecurityEnabled === true });
          }
        }
        token = answer.NextToken;
      } while (token !== undefined);
      return types;
    },
    instanceLimits: async (instanceType, engineVersion, signal) => {
      const input = { InstanceType: instanceType as OpenSearchPartitionInstanceType, EngineVersion: engineVersion };
      const answer = await call((options) => opensearch().send(new DescribeInstanceTypeLimitsCommand(input), options), signal);
      return toLimits(answer.LimitsByRole?.["data"]);
    },
    tags: async (arn, signal) => {
      const answer = await call((options) => opensearch().send(new ListTagsCommand({ ARN: arn }), options), signal);
      return toTags(answer.TagList);
    },
  };
}

function toLimits(limits: Limits | undefined): InstanceLimits {
  const volumes = (limits?.StorageTypes ?? [])
    .filter((storage) => storage.StorageTypeName === "ebs")
    .map(({ StorageSubTypeName: type, StorageTypeLimits: found = [] }) => {
      const limit = (name: string): number => Number(found.find((one) => one.LimitName === name)?.LimitValues?.[0]);
      return { type: type ?? "", minGb: limit("MinimumVolumeSize"), maxGb: limit("MaximumVolumeSize") };
    });
  return { volumes, ...present({ maxCount: limits?.InstanceLimits?.InstanceCountLimits?.MaximumInstanceCount }) };
}

function toDomain(domain: DomainStatus): Domain {
  const cluster = domain.ClusterConfig;
  const disk = domain.EBSOptions?.EBSEnabled === true ? domain.EBSOptions : undefined;
  return {
    name: domain.DomainName ?? "",
    arn: domain.ARN ?? "",
    engineVersion: domain.EngineVersion ?? "",
    status: domain.DomainProcessingStatus ?? statusOfFlags(domain),
    processing: domain.Processing === true || domain.UpgradeProcessing === true,
    inVpc: domain.VPCOptions?.VPCId !== undefined,
    encryptionAtRest: domain.EncryptionAtRestOptions?.Enabled === true,
    enforceHttps: domain.DomainEndpointOptions?.EnforceHTTPS === true,
    fineGrainedAccess: domain.AdvancedSecurityOptions?.Enabled === true,
    ...present({
      endpoint: domain.Endpoint ?? domain.Endpoints?.["vpc"],
      instanceType: cluster?.InstanceType,
      instanceCount: cluster?.InstanceCount,
      volumeGb: disk?.VolumeSize,
      volumeType: disk?.VolumeType,
      accessPolicy: domain.AccessPolicies,
    }),
  };
}

/** For answers without DomainProcessingStatus. */
function statusOfFlags(domain: DomainStatus): string {
  if (domain.Deleted === true) {
    return "Deleting";
  }
  const usable = domain.Endpoint !== undefined || domain.Endpoints !== undefined;
  return domain.Processing === true ? (usable ? "Modifying" : "Creating") : "Active";
}
