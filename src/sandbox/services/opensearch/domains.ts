import type { Tag } from "../../inputs";
import { ServiceError, type Call } from "../../service";
import type { Item, World } from "../../world";

/** A domain as kept in the collection, by name: the API's members, and below them what only the sandbox knows. */
export interface DomainItem extends Item {
  DomainName: string;
  ARN: string;
  DomainId: string;
  EngineVersion: string;
  AccessPolicies: string;
  ClusterConfig: Record<string, unknown>;
  EBSOptions: Record<string, unknown>;
  VPCOptions?: Record<string, unknown>;
  EncryptionAtRestOptions: Record<string, unknown>;
  NodeToNodeEncryptionOptions: Record<string, unknown>;
  DomainEndpointOptions: Record<string, unknown>;
  AdvancedOptions: Record<string, unknown>;
  AdvancedSecurityOptions: Record<string, unknown>;
  /** Of fine-grained access control: an ARN, or a name with the hash of its password. */
  master?: { readonly arn?: string; readonly name?: string; readonly hash?: string };
  LogPublishingOptions?: Record<string, unknown>;
  SnapshotOptions: Record<string, unknown>;
  region: string;
  status: "Creating" | "Active" | "Modifying" | "UpgradingEngineVersion" | "Deleting";
  created: number;
  updated: number;
  version: number;
  tags: Tag[];
  change: { id: string; started: number; updated: number; properties: string[]; isDone: boolean };
}

export const domainsOf = (world: World): Map<string, DomainItem> => world.collection("es.domains") as Map<string, DomainItem>;

export function notFound(name: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", `Domain not found: ${name}`, 409);
}

export function getDomain(world: World, call: Pick<Call, "region">, name: string): DomainItem {
  const domain = domainsOf(world).get(name);
  if (domain?.region !== call.region) {
    throw notFound(name);
  }
  return domain;
}

/** Host and path without a scheme, as a client of this sandbox reaches the domain; it changes with the sandbox's port. */
export function endpointOf(world: World, domain: DomainItem): string | undefined {
  return domain.status === "Creating" || domain.status === "Deleting"
    ? undefined
    : `${world.endpoint.replace("http://", "")}/_domain/${domain.DomainName}`;
}

/** Answers of DescribeDomain and its like. */
export function describeDomain(world: World, domain: DomainItem): Record<string, unknown> {
  const endpoint = endpointOf(world, domain);
  const where = endpoint === undefined ? {} : domain.VPCOptions === undefined ? { Endpoint: endpoint } : { Endpoints: { vpc: endpoint } };
  return {
    DomainId: domain.DomainId,
    DomainName: domain.DomainName,
    ARN: domain.ARN,
    Created: true,
    Deleted: domain.status === "Deleting",
    ...where,
    Processing: domain.status !== "Active",
    UpgradeProcessing: domain.status === "UpgradingEngineVersion",
    EngineVersion: domain.EngineVersion,
    ClusterConfig: domain.ClusterConfig,
    EBSOptions: domain.EBSOptions,
    AccessPolicies: domain.AccessPolicies,
    SnapshotOptions: domain.SnapshotOptions,
    VPCOptions: domain.VPCOptions,
    CognitoOptions: { Enabled: false },
    EncryptionAtRestOptions: domain.EncryptionAtRestOptions,
    NodeToNodeEncryptionOptions: domain.NodeToNodeEncryptionOptions,
    AdvancedOptions: domain.AdvancedOptions,
    LogPublishingOptions: domain.LogPublishingOptions,
    ServiceSoftwareOptions: softwareOptions(domain),
    DomainEndpointOptions: domain.DomainEndpointOptions,
    AdvancedSecurityOptions: domain.AdvancedSecurityOptions,
    AutoTuneOptions: { State: "DISABLED" },
    ChangeProgressDetails: {
      ChangeId: domain.change.id,
      ConfigChangeStatus: domain.change.isDone ? "Completed" : "ApplyingChanges",
      InitiatedBy: "CUSTOMER",
      StartTime: new Date(domain.change.started),
      LastUpdatedTime: new Date(domain.change.updated),
    },
    DomainProcessingStatus: domain.status,
  };
}

function softwareOptions(domain: DomainItem): Record<string, unknown> {
  const [engine = "", number = "0.0"] = domain.EngineVersion.split("_");
  return {
    CurrentVersion: `${engine}_${number.replace(".", "_")}_R20260901-P1`,
    NewVersion: "",
    UpdateAvailable: false,
    Cancellable: false,
    UpdateStatus: "COMPLETED",
    Description: "There is no software update available for this domain.",
    AutomatedUpdateDate: new Date(0),
    OptionalDeployment: true,
  };
}

const configured = [
  "EngineVersion",
  "ClusterConfig",
  "EBSOptions",
  "AccessPolicies",
  "SnapshotOptions",
  "VPCOptions",
  "EncryptionAtRestOptions",
  "NodeToNodeEncryptionOptions",
  "AdvancedOptions",
  "LogPublishingOptions",
  "DomainEndpointOptions",
  "AdvancedSecurityOptions",
] as const;

/** Answer of DescribeDomainConfig: each option with its state. */
export function describeConfig(domain: DomainItem): Record<string, unknown> {
  const options = configured.flatMap((name) => {
    const isChanging = !domain.change.isDone && domain.change.properties.includes(name);
    const status = {
      CreationDate: new Date(domain.created),
      UpdateDate: new Date(domain.updated),
      UpdateVersion: domain.version,
      State: isChanging ? "Processing" : "Active",
      PendingDeletion: false,
    };
    return domain[name] === undefined ? [] : [[name, { Options: domain[name], Status: status }] as const];
  });
  const { ChangeProgressDetails } = { ChangeProgressDetails: { ChangeId: domain.change.id, InitiatedBy: "CUSTOMER" } };
  return { ...Object.fromEntries(options), ChangeProgressDetails };
}
