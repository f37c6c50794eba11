import { parseArn, toArn } from "../arns";
import { passwordHash } from "../search/security/check";
import { fault } from "../faults";
import { mergeTags, pageOf, type Reader, type Tag } from "../inputs";
import { ServiceError, type Call, type Input, type Output, type Service } from "../service";
import type { World } from "../world";
import { describeConfig, describeDomain, domainsOf, getDomain, type DomainItem } from "./opensearch/domains";
import { compatibleVersions, defaultEngine, engineVersions, instanceLimits, instanceTypesIn } from "./opensearch/engines";
import { legacyOperations } from "./opensearch/legacy";
import { checkDomain, checkMasterUser, checkServiceLinkedRole, invalid, read } from "./opensearch/rules";
import { findSubnet } from "./network";

const domainName = (reader: Reader): string => reader.requiredText("DomainName", { min: 3, max: 28, pattern: /^[a-z][a-z0-9-]+$/ });
const enginePattern = /^Elasticsearch_[0-9]{1}\.[0-9]{1,2}$|^OpenSearch_[0-9]{1,2}\.[0-9]{1,2}$/;

/** OpenSearch Service's control plane, in the API of today and the legacy one. The data plane is in search/. */
export function createOpenSearch(world: World, forgetData: (domain: string) => void): Service {
  const operations = { ...domainOperations(world), ...catalogOperations(world), ...tagOperations(world) };
  return {
    name: "es",
    operations: { ...operations, ...legacyOperations(operations) },
    start: () => {
      world.on("es.settle", (task) => settle(world, task.key));
      world.on("es.deleted", (task) => {
        forgetData(task.key);
        domainsOf(world).delete(task.key);
      });
    },
  };
}

/** Ends whatever a domain is doing, unless it is told to be stuck. */
function settle(world: World, name: string): void {
  const domain = domainsOf(world).get(name);
  if (domain === undefined || domain.status === "Deleting") {
    return;
  }
  if (fault(world, "domainStuck") !== undefined) {
    world.schedule("es.settle", name, 1_000);
    return;
  }
  domain.status = "Active";
  domain.change = { ...domain.change, isDone: true, updated: world.now() };
  world.save();
}

function domainOperations(world: World): Service["operations"] {
  return {
    CreateDomain: (input, call) => createDomain(world, input, call),
    DescribeDomain: (input, call) => ({ DomainStatus: describeDomain(world, getDomain(world, call, domainName(read(input)))) }),
    DescribeDomains: (input, call) => {
      const found = read(input)
        .texts("DomainNames")
        .flatMap((name) => {
          const domain = domainsOf(world).get(name);
          return domain?.region === call.region ? [describeDomain(world, domain)] : [];
        });
      return { DomainStatusList: found };
    },
    DescribeDomainConfig: (input, call) => ({ DomainConfig: describeConfig(getDomain(world, call, domainName(read(input)))) }),
    DescribeDomainHealth: (input, call) => describeHealth(getDomain(world, call, domainName(read(input)))),
    DescribeDomainChangeProgress: (input, call) => describeProgress(getDomain(world, call, domainName(read(input)))),
    UpdateDomainConfig: (input, call) => updateDomain(world, input, call),
    UpgradeDomain: (input, call) => upgradeDomain(world, input, call),
    DeleteDomain: (input, call) => deleteDomain(world, input, call),
    ListDomainNames: (input, call) => {
      const engine = read(input).text("EngineType", { values: ["OpenSearch", "Elasticsearch"] });
      const names = [...domainsOf(world).values()]
        .filter((domain) => domain.region === call.region)
        .map((domain) => ({ DomainName: domain.DomainName, EngineType: domain.EngineVersion.split("_")[0] }))
        .filter((domain) => engine === undefined || domain.EngineType === engine);
      return { DomainNames: names };
    },
  };
}

function options(reader: Reader, name: string, fallback: Record<string, unknown>): Record<string, unknown> {
  const given = reader.structure(name) === undefined ? {} : (reader.raw(name) as Record<string, unknown>);
  return { ...fallback, ...given };
}

function createDomain(world: World, input: Input, call: Call): Output {
  const reader = read(input);
  const name = domainName(reader);
  const existing = domainsOf(world).get(name);
  if (existing?.status === "Deleting") {
    throw invalid("Domain is still being deleted. Please try again later.");
  }
  if (existing !== undefined) {
    throw new ServiceError("ResourceAlreadyExistsException", `Domain ${name} already exists.`, 409);
  }
  const tags = checkTags(reader.tags("TagList", Infinity));
  if (reader.structure("VPCOptions") !== undefined) {
    checkServiceLinkedRole(world);
  }
  const domain = toDomain(world, reader, name, call, tags);
  checkMasterUser(reader.structure("AdvancedSecurityOptions"));
  checkDomain(world, domain);
  domainsOf(world).set(name, domain);
  world.schedule("es.settle", name, world.duration("domainCreated"));
  return { DomainStatus: describeDomain(world, domain) };
}

function toDomain(world: World, reader: Reader, name: string, call: Call, tags: Tag[]): DomainItem {
  const engine = reader.text("EngineVersion", { min: 14, max: 18, pattern: enginePattern }) ?? defaultEngine;
  if (!engineVersions.includes(engine)) {
    throw invalid(`Unsupported engine version: ${engine}`);
  }
  const vpc = reader.structure("VPCOptions") === undefined ? undefined : toVpc(reader, call);
  const now = world.now();
  return {
    DomainName: name,
    ARN: toArn("es", call.region, world.account, `domain/${name}`),
    DomainId: `${world.account}/${name}`,
    EngineVersion: engine,
    AccessPolicies: reader.text("AccessPolicies", { max: 102_400 }) ?? "",
    ClusterConfig: options(reader, "ClusterConfig", {
      InstanceType: "m4.large.search",
      InstanceCount: 1,
      DedicatedMasterEnabled: false,
      ZoneAwarenessEnabled: false,
      WarmEnabled: false,
      ColdStorageOptions: { Enabled: false },
      MultiAZWithStandbyEnabled: false,
    }),
    EBSOptions: options(reader, "EBSOptions", { EBSEnabled: false }),
    EncryptionAtRestOptions: options(reader, "EncryptionAtRestOptions", { Enabled: false }),
    NodeToNodeEncryptionOptions: options(reader, "NodeToNodeEncryptionOptions", { Enabled: false }),
    DomainEndpointOptions: options(reader, "DomainEndpointOptions", {
      EnforceHTTPS: false,
      TLSSecurityPolicy: "Policy-Min-TLS-1-2-2019-07",
      CustomEndpointEnabled: false,
    }),
    AdvancedOptions: options(reader, "AdvancedOptions", { "rest.action.multi.allow_explicit_index": "true" }),
    AdvancedSecurityOptions: toSecurity(reader),
    ...toMaster(reader),
    SnapshotOptions: options(reader, "SnapshotOptions", { AutomatedSnapshotStartHour: 0 }),
    ...(vpc === undefined ? {} : { VPCOptions: vpc }),
    ...(reader.structure("LogPublishingOptions") === undefined
      ? {}
      : { LogPublishingOptions: options(reader, "LogPublishingOptions", {}) }),
    region: call.region,
    status: "Creating",
    created: now,
    updated: now,
    version: 1,
    tags,
    change: { id: world.uuid(), started: now, updated: now, properties: [], isDone: false },
  };
}

function toVpc(reader: Reader, call: Call): Record<string, unknown> {
  const vpc = reader.structure("VPCOptions");
  const subnets = (vpc?.texts("SubnetIds") ?? []).map((id) => {
    const subnet = findSubnet(id);
    if (subnet === undefined) {
      throw invalid(`The subnet ID '${id}' does not exist`);
    }
    return subnet;
  });
  const cluster = reader.structure("ClusterConfig");
  const isZoned = cluster?.flag("ZoneAwarenessEnabled") === true;
  const zones = isZoned ? (cluster?.structure("ZoneAwarenessConfig")?.number("AvailabilityZoneCount") ?? 2) : 1;
  if (subnets.length !== zones) {
    throw invalid(`You must specify exactly ${["", "one subnet", "two subnets", "three subnets"][zones] ?? `${zones} subnets`}.`);
  }
  if (new Set(subnets.map(({ zone }) => zone)).size < zones) {
    throw invalid("The subnets must be in different Availability Zones.");
  }
  return {
    VPCId: subnets[0]?.vpcId ?? "",
    SubnetIds: subnets.map(({ id }) => id),
    AvailabilityZones: subnets.map(({ zone }) => `${call.region}${zone}`),
    SecurityGroupIds: vpc?.texts("SecurityGroupIds") ?? [],
  };
}

/** Without the master user: its password is nobody's to keep. */
function toSecurity(reader: Reader): Record<string, unknown> {
  const security = reader.structure("AdvancedSecurityOptions");
  return {
    Enabled: security?.flag("Enabled") ?? false,
    InternalUserDatabaseEnabled: security?.flag("InternalUserDatabaseEnabled") ?? false,
    AnonymousAuthEnabled: security?.flag("AnonymousAuthEnabled") ?? false,
  };
}

function toMaster(reader: Reader): Pick<DomainItem, "master"> {
  const options = reader.structure("AdvancedSecurityOptions")?.structure("MasterUserOptions");
  const [arn, name] = [options?.text("MasterUserARN"), options?.text("MasterUserName")];
  if (arn !== undefined) {
    return { master: { arn } };
  }
  return name === undefined ? {} : { master: { name, hash: passwordHash(options?.text("MasterUserPassword") ?? "") } };
}

const updatable = [
  "ClusterConfig",
  "EBSOptions",
  "EncryptionAtRestOptions",
  "NodeToNodeEncryptionOptions",
  "DomainEndpointOptions",
  "AdvancedOptions",
  "SnapshotOptions",
  "VPCOptions",
  "LogPublishingOptions",
] as const;

/** Options whose change moves the domain to new nodes. */
const blueGreen: ReadonlySet<string> = new Set([
  "ClusterConfig",
  "EncryptionAtRestOptions",
  "NodeToNodeEncryptionOptions",
  "AdvancedSecurityOptions",
]);

function updateDomain(world: World, input: Input, call: Call): Output {
  const reader = read(input);
  const domain = getDomain(world, call, domainName(reader));
  const changed: DomainItem = { ...domain };
  for (const name of updatable) {
    if (reader.structure(name) !== undefined) {
      changed[name] = options(reader, name, domain[name] ?? {});
    }
  }
  changed.AccessPolicies = reader.text("AccessPolicies", { max: 102_400 }) ?? domain.AccessPolicies;
  const security = reader.structure("AdvancedSecurityOptions");
  if (security?.has("Enabled") === true) {
    if (domain.AdvancedSecurityOptions["Enabled"] === true && security.flag("Enabled") === false) {
      throw invalid("You can't disable fine-grained access control once it is enabled.");
    }
    checkMasterUser(domain.AdvancedSecurityOptions["Enabled"] === true ? undefined : security);
    Object.assign(changed, { AdvancedSecurityOptions: toSecurity(reader), ...toMaster(reader) });
  }
  checkOneWay(domain, changed);
  checkDomain(world, changed);
  const properties = [...updatable, "AccessPolicies", "AdvancedSecurityOptions"].filter(
    (name) => JSON.stringify(changed[name]) !== JSON.stringify(domain[name]),
  );
  if (reader.flag("DryRun") === true) {
    return dryRun(world, changed, properties, reader.text("DryRunMode", { values: ["Basic", "Verbose"] }) ?? "Basic");
  }
  if (domain.status !== "Active") {
    throw invalid("A change/update is in progress. Please wait for it to complete before requesting another change.");
  }
  begin(world, Object.assign(domain, changed), "Modifying", properties);
  return { DomainConfig: describeConfig(domain) };
}

function checkOneWay(before: DomainItem, after: DomainItem): void {
  for (const name of ["EncryptionAtRestOptions", "NodeToNodeEncryptionOptions"] as const) {
    if (before[name]["Enabled"] === true && after[name]["Enabled"] === false) {
      throw invalid(
        `${name === "EncryptionAtRestOptions" ? "Encryption at rest" : "Node-to-node encryption"} cannot be disabled once it is enabled.`,
      );
    }
  }
  if ((before.VPCOptions === undefined) !== (after.VPCOptions === undefined)) {
    throw invalid("You can't switch a domain between a VPC endpoint and a public endpoint.");
  }
}

function begin(world: World, domain: DomainItem, status: DomainItem["status"], properties: string[]): void {
  const now = world.now();
  domain.status = status;
  domain.updated = now;
  domain.version += 1;
  domain.change = { id: world.uuid(), started: now, updated: now, properties, isDone: false };
  world.schedule("es.settle", domain.DomainName, world.duration("domainUpdated"));
}

function dryRun(world: World, changed: DomainItem, properties: readonly string[], mode: string): Output {
  const kind = properties.length === 0 ? "None" : properties.some((name) => blueGreen.has(name)) ? "Blue/Green" : "DynamicUpdate";
  const now = new Date(world.now()).toISOString();
  return {
    DomainConfig: describeConfig(changed),
    DryRunResults: {
      DeploymentType: kind,
      Message: `This change will require ${kind === "Blue/Green" ? "a blue/green deployment" : "no blue/green deployment"}.`,
    },
    ...(mode === "Verbose"
      ? { DryRunProgressStatus: { DryRunId: world.uuid(), DryRunStatus: "succeeded", CreationDate: now, UpdateDate: now } }
      : {}),
  };
}

function upgradeDomain(world: World, input: Input, call: Call): Output {
  const reader = read(input);
  const domain = getDomain(world, call, domainName(reader));
  const target = reader.requiredText("TargetVersion", { pattern: enginePattern });
  if (!compatibleVersions(domain.EngineVersion).includes(target)) {
    throw invalid(`An upgrade from ${domain.EngineVersion} to ${target} is not possible.`);
  }
  if (reader.flag("PerformCheckOnly") !== true) {
    if (domain.status !== "Active") {
      throw invalid("A change/update is in progress. Please wait for it to complete before requesting another change.");
    }
    domain.EngineVersion = target;
    begin(world, domain, "UpgradingEngineVersion", ["EngineVersion"]);
  }
  return {
    UpgradeId: world.uuid(),
    DomainName: domain.DomainName,
    TargetVersion: target,
    PerformCheckOnly: reader.flag("PerformCheckOnly") ?? false,
  };
}

function deleteDomain(world: World, input: Input, call: Call): Output {
  const domain = getDomain(world, call, domainName(read(input)));
  if (domain.status !== "Deleting") {
    domain.status = "Deleting";
    world.cancel("es.settle", domain.DomainName);
    world.schedule("es.deleted", domain.DomainName, world.duration("domainDeleted"));
  }
  return { DomainStatus: describeDomain(world, domain) };
}

function describeHealth(domain: DomainItem): Output {
  const cluster = read(domain.ClusterConfig);
  const isReady = domain.status !== "Creating";
  return {
    DomainState: isReady ? (domain.status === "Active" ? "Active" : "Processing") : "NotAvailable",
    AvailabilityZoneCount: cluster.flag("ZoneAwarenessEnabled") === true ? "2" : "1",
    ActiveAvailabilityZoneCount: cluster.flag("ZoneAwarenessEnabled") === true ? "2" : "1",
    StandByAvailabilityZoneCount: "0",
    DataNodeCount: String(cluster.number("InstanceCount") ?? 1),
    DedicatedMaster: cluster.flag("DedicatedMasterEnabled") ?? false,
    MasterEligibleNodeCount: String(cluster.number("InstanceCount") ?? 1),
    WarmNodeCount: "0",
    MasterNode: isReady ? "Available" : "UnAvailable",
    ClusterHealth: isReady ? "Green" : "NotAvailable",
    TotalShards: "0",
    TotalUnAssignedShards: "0",
  };
}

function describeProgress(domain: DomainItem): Output {
  const { change } = domain;
  const stage = change.isDone ? "COMPLETED" : "PROCESSING";
  return {
    ChangeProgressStatus: {
      ChangeId: change.id,
      StartTime: new Date(change.started),
      Status: stage,
      PendingProperties: change.isDone ? [] : change.properties,
      CompletedProperties: change.isDone ? change.properties : [],
      TotalNumberOfStages: 3,
      ChangeProgressStages: ["Validation", "Creating a new environment", "Deleting older resources"].map((Name, at) => ({
        Name,
        Status: change.isDone || at === 0 ? "COMPLETED" : at === 1 ? "IN_PROGRESS" : "PENDING",
        LastUpdated: new Date(change.updated),
      })),
      LastUpdatedTime: new Date(change.updated),
      ConfigChangeStatus: change.isDone ? "Completed" : "ApplyingChanges",
      InitiatedBy: "CUSTOMER",
    },
  };
}

function page(reader: Reader, name: string, items: readonly unknown[]): Output {
  const size = reader.number("MaxResults", 0, 100) ?? 100;
  const { items: found, next } = pageOf(items, reader.text("NextToken"), size === 0 ? 100 : size, () => invalid("Invalid NextToken"));
  return { [name]: found, NextToken: next };
}

function catalogOperations(world: World): Service["operations"] {
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

function checkTags(tags: Tag[]): Tag[] {
  if (tags.length > 10) {
    throw new ServiceError("LimitExceededException", "A domain can have up to 10 tags.", 409);
  }
  return tags;
}

function tagOperations(world: World): Service["operations"] {
  const byArn = (reader: Reader, call: Call): DomainItem => {
    const arn = reader.requiredText("ARN", { min: 1, max: 2048 });
    const parts = parseArn(arn);
    if (parts?.service !== "es" || !parts.resource.startsWith("domain/")) {
      throw invalid(`Invalid ARN: ${arn}`);
    }
    return getDomain(world, call, parts.resource.slice("domain/".length));
  };
  return {
    ListTags: (input, call) => ({ TagList: byArn(read(input), call).tags }),
    AddTags: (input, call) => {
      const reader = read(input);
      const domain = byArn(reader, call);
      domain.tags = checkTags(mergeTags(domain.tags, reader.tags("TagList", Infinity)));
      world.save();
      return undefined;
    },
    RemoveTags: (input, call) => {
      const reader = read(input);
      const domain = byArn(reader, call);
      const keys = reader.texts("TagKeys");
      domain.tags = domain.tags.filter((tag) => !keys.includes(tag.Key));
      world.save();
      return undefined;
    },
  };
}
