import { type Reader } from "../../inputs";
import { type Service } from "../../service";
import type { World } from "../../world";
import { getDomain } from "./domains";
import { compatibleVersions, engineVersions, instanceLimits, instanceTypesIn } from "./engines";
import { enginePattern, page } from "./requests";
import { invalid, read } from "./rules";

export function catalogOperations(world: World): Service["operations"] {
  return {
    ListVersions: (input) => page(read(input), "Versions", engineVersions),
    ListInstanceTypeDetails: (input, call) => {
      const reader = read(input);
      const version = knownEngine(reader);
      const wanted = reader.text("InstanceType");
      const details = instanceTypesIn(call.region, version)
        .filter((type) => wanted === undefined || type.startsWith(wanted))
        .map((type) => {
          const { hasEncryption } = instanceLimits(type, version);
          return {
            InstanceType: type,
            EncryptionEnabled: hasEncryption,
            CognitoEnabled: true,
            AppLogsEnabled: true,
            AdvancedSecurityEnabled: hasEncryption,
            WarmEnabled: !type.startsWith("t"),
            InstanceRole: ["Data", "Master"],
          };
        });
      return page(reader, "InstanceTypeDetails", details);
    },
    DescribeInstanceTypeLimits: (input, call) => {
      const reader = read(input);
      const version = knownEngine(reader);
      const type = reader.requiredText("InstanceType");
      if (!instanceTypesIn(call.region, version).includes(type)) {
        throw invalid(`Instance type ${type} is not supported in ${call.region} with ${version}.`);
      }
      return { LimitsByRole: { data: describeLimits(type, version) } };
    },
    GetCompatibleVersions: (input, call) => {
      const name = read(input).text("DomainName");
      const sources = name === undefined ? engineVersions : [getDomain(world, call, name).EngineVersion];
      return {
        CompatibleVersions: sources.map((version) => ({ SourceVersion: version, TargetVersions: compatibleVersions(version) })),
      };
    },
  };
}

function knownEngine(reader: Reader): string {
  const version = reader.requiredText("EngineVersion", { pattern: enginePattern });
  if (!engineVersions.includes(version)) {
    throw invalid(`Unsupported engine version: ${version}`);
  }
  return version;
}

function describeLimits(instanceType: string, version: string): Record<string, unknown> {
  const limits = instanceLimits(instanceType, version);
  return {
    StorageTypes: limits.volumeTypes.map((volume) => ({
      StorageTypeName: "ebs",
      StorageSubTypeName: volume,
      StorageTypeLimits: [
        { LimitName: "MinimumVolumeSize", LimitValues: [String(limits.minVolume)] },
        { LimitName: "MaximumVolumeSize", LimitValues: [String(limits.maxVolume)] },
      ],
    })),
    InstanceLimits: { InstanceCountLimits: { MinimumInstanceCount: 1, MaximumInstanceCount: limits.maxCount } },
    AdditionalLimits: [{ LimitName: "MaximumNumberOfDataNodesSupported", LimitValues: [String(limits.maxCount)] }],
  };
}
