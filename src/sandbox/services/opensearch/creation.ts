import { toArn } from "../../arns";
import { type Reader, type Tag } from "../../inputs";
import { ServiceError, type Call, type Input, type Output } from "../../service";
import type { World } from "../../world";
import { describeDomain, domainsOf, type DomainItem } from "./domains";
import { defaultEngine, engineVersions } from "./engines";
import { options, toMaster, toSecurity, toVpc } from "./options";
import { domainName, enginePattern } from "./requests";
import { checkDomain, checkMasterUser, checkServiceLinkedRole, invalid, read } from "./rules";
import { checkTags } from "./tagging";

export function createDomain(world: World, input: Input, call: Call): Output {
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
