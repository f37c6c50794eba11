import { type Call, type Input, type Output } from "../../service";
import type { World } from "../../world";
import { describeConfig, getDomain, type DomainItem } from "./domains";
import { compatibleVersions } from "./engines";
import { options, toMaster, toSecurity } from "./options";
import { domainName, enginePattern } from "./requests";
import { checkDomain, checkMasterUser, invalid, read } from "./rules";

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

export function updateDomain(world: World, input: Input, call: Call): Output {
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

export function upgradeDomain(world: World, input: Input, call: Call): Output {
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
