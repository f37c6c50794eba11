import type { Input, Operation, Output, Service } from "../../service";

/** Operations of the Elasticsearch API by the ones of today that do their work. */
const modern: Readonly<Record<string, string>> = {
  CreateElasticsearchDomain: "CreateDomain",
  DescribeElasticsearchDomain: "DescribeDomain",
  DescribeElasticsearchDomains: "DescribeDomains",
  DescribeElasticsearchDomainConfig: "DescribeDomainConfig",
  UpdateElasticsearchDomainConfig: "UpdateDomainConfig",
  DeleteElasticsearchDomain: "DeleteDomain",
  ListElasticsearchVersions: "ListVersions",
  DescribeElasticsearchInstanceTypeLimits: "DescribeInstanceTypeLimits",
  GetCompatibleElasticsearchVersions: "GetCompatibleVersions",
};

/** The legacy API: the same domains under the old names. */
export function legacyOperations(operations: Service["operations"]): Service["operations"] {
  const legacy: Record<string, Operation> = {};
  for (const [name, today] of Object.entries(modern)) {
    legacy[name] = async (input, call) => toLegacy(await operations[today]?.(toModern(input), call));
  }
  return legacy;
}

const toModernType = (type: unknown): unknown => (typeof type === "string" ? type.replace(/\.elasticsearch$/, ".search") : type);
const toLegacyType = (type: unknown): unknown => (typeof type === "string" ? type.replace(/\.search$/, ".elasticsearch") : type);

function toModern(input: Input): Input {
  const { ElasticsearchVersion, ElasticsearchClusterConfig, InstanceType, ...rest } = input;
  return {
    ...rest,
    ...(InstanceType === undefined ? {} : { InstanceType: toModernType(InstanceType) }),
    ...(ElasticsearchVersion === undefined ? {} : { EngineVersion: toEngine(ElasticsearchVersion) }),
    ...(ElasticsearchClusterConfig === undefined ? {} : { ClusterConfig: withTypes(ElasticsearchClusterConfig, toModernType) }),
  };
}

const toEngine = (version: unknown): string => {
  const text = String(version);
  return text.includes("_") ? text : `Elasticsearch_${text}`;
};

function withTypes(cluster: unknown, convert: (type: unknown) => unknown): unknown {
  if (typeof cluster !== "object" || cluster === null) {
    return cluster;
  }
  return Object.fromEntries(
    Object.entries(cluster).map(([key, value]) => [key, key === "InstanceType" || key === "DedicatedMasterType" ? convert(value) : value]),
  );
}

const fromEngine = (version: unknown): unknown => (typeof version === "string" ? version.replace(/^Elasticsearch_/, "") : version);

/** Renames the members of answers, at any depth. */
function toLegacy(output: Output): Output {
  return output === undefined ? undefined : (rename(output) as Output);
}

function rename(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(rename);
  }
  if (typeof value !== "object" || value === null || value instanceof Date) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, each]: [string, unknown]) => {
      switch (key) {
        case "EngineVersion":
          return [
            "ElasticsearchVersion",
            typeof each === "object" && each !== null
              ? { ...each, Options: fromEngine((each as { Options?: unknown }).Options) }
              : fromEngine(each),
          ];
        case "ClusterConfig":
          return ["ElasticsearchClusterConfig", legacyCluster(each)];
        case "Versions":
          return ["ElasticsearchVersions", (each as unknown[]).map(fromEngine)];
        case "CompatibleVersions":
          return ["CompatibleElasticsearchVersions", (each as { SourceVersion: string; TargetVersions: string[] }[]).map(legacyVersions)];
        default:
          return [key, rename(each)];
      }
    }),
  );
}

const legacyVersions = (map: { readonly SourceVersion: string; readonly TargetVersions: readonly string[] }): unknown => ({
  SourceVersion: fromEngine(map.SourceVersion),
  TargetVersions: map.TargetVersions.map(fromEngine),
});

function legacyCluster(value: unknown): unknown {
  return typeof value === "object" && value !== null && "Options" in value
    ? { ...value, Options: withTypes(value.Options, toLegacyType) }
    : withTypes(value, toLegacyType);
}
