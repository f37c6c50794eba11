/** One pipeline as a definition file describes it, with every value of its preset filled in. */

export type PresetName = "tutorial" | "recommended";
export type IndexRotation = "NoRotation" | "OneHour" | "OneDay" | "OneWeek" | "OneMonth";
export type DestinationKind = "opensearch" | "s3" | "redshift" | "splunk" | "httpEndpoint";

export interface DomainDefinition {
  readonly name: string;
  readonly engineVersion: string;
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly zoneAwareness: boolean;
  /** GiB per node. */
  readonly volumeGb: number;
  readonly volumeType: string;
  readonly encryptionAtRest: boolean;
  readonly nodeToNodeEncryption: boolean;
  readonly enforceHttps: boolean;
  readonly tlsPolicy: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** ARN of the master user of fine-grained access control; empty: off. */
  readonly masterUserArn: string;
  readonly onDelete: "delete" | "retain";
}

export interface StreamDefinition {
  readonly name: string;
  readonly destination: DestinationKind;
  readonly index: string;
  readonly indexRotation: IndexRotation;
  readonly bufferMegabytes: number;
  readonly bufferSeconds: number;
  readonly retrySeconds: number;
  readonly backup: "FailedDocumentsOnly" | "AllDocuments";
  readonly compression: "UNCOMPRESSED" | "GZIP" | "ZIP" | "Snappy" | "HADOOP_SNAPPY";
  readonly errorLogging: boolean;
  /** Splunk, HTTP endpoint: its HTTPS address. Redshift: the JDBC address. */
  readonly url: string;
  /** Secrets Manager secret with the destination's credentials; never the secret itself. */
  readonly secretArn: string;
  /** Redshift only. */
  readonly table: string;
}

export interface BucketDefinition {
  /** Empty: CloudFormation chooses a free one. */
  readonly name: string;
  readonly prefix: string;
  readonly expirationDays: number;
}

export interface ApplicationDefinition {
  readonly name: string;
  readonly displayName: string;
  readonly path: string;
  readonly workingDirectory?: string;
}

export interface ImageDefinition {
  readonly name: string;
  readonly displayName: string;
  /** Name, or beginning of the name, of a public base image; of several the newest is taken. */
  readonly baseImage: string;
  readonly builderName: string;
  readonly builderInstanceType: string;
  readonly agentVersion: string;
  /** SHA-256 of the agent's MSI; empty: only its signer is checked. */
  readonly agentSha256: string;
  readonly applications: readonly ApplicationDefinition[];
}

export interface FleetDefinition {
  readonly name: string;
  readonly type: "ALWAYS_ON" | "ON_DEMAND" | "ELASTIC";
  readonly instanceType: string;
  /** 0: the fleet is made and left stopped. */
  readonly desiredInstances: number;
  /** Above 1 the fleet is multi-session. */
  readonly maxSessionsPerInstance: number;
  readonly maxUserDurationSeconds: number;
  readonly disconnectTimeoutSeconds: number;
  readonly idleDisconnectTimeoutSeconds: number;
  readonly streamView: "APP" | "DESKTOP";
  readonly defaultInternetAccess: boolean;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** What exists already and is used by its name instead of being created. */
export interface ExistingResources {
  readonly domain?: string;
  readonly stream?: string;
  readonly bucket?: string;
  readonly deliveryRole?: string;
  readonly machineRole?: string;
  readonly image?: string;
  readonly fleet?: string;
  /** Only together with its fleet. */
  readonly appstreamStack?: string;
}

export interface PipelineDefinition {
  readonly version: 1;
  readonly name: string;
  readonly region: string;
  readonly preset: PresetName;
  /** The only account that it may be deployed to; absent: any. */
  readonly account?: string;
  readonly agentConfig?: string;
  readonly sessionConfig?: string;
  readonly sessionScript?: string;
  /** CIDR blocks that may reach the domain without signing. */
  readonly allowedAddresses: readonly string[];
  /** ARNs of IAM principals that may reach the domain; `account` stands for every identity of the account that its own policies allow. */
  readonly allowedPrincipals: readonly string[];
  readonly domain: DomainDefinition;
  readonly stream: StreamDefinition;
  readonly bucket: BucketDefinition;
  readonly logs: { readonly group: string; readonly retentionDays: number };
  readonly roles: { readonly delivery: string; readonly machine: string };
  readonly image: ImageDefinition;
  readonly fleet: FleetDefinition;
  readonly appstreamStack: { readonly name: string; readonly displayName: string };
  readonly existing: ExistingResources;
  /** Further tags for everything that is created. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Whether a domain is made, and not one used by its name or none at all. */
export function createsDomain({ stream, existing }: PipelineDefinition): boolean {
  return stream.destination === "opensearch" && existing.domain === undefined && existing.stream === undefined;
}

/** Whether a stream is made that delivers to a domain inside a VPC. */
export function streamIsInVpc({ stream, existing, domain }: PipelineDefinition): boolean {
  return stream.destination === "opensearch" && existing.stream === undefined && domain.subnetIds.length > 0;
}

/** Instances of a fleet that runs; one that is left stopped has room for one when it is started. */
export function runningInstances({ fleet }: PipelineDefinition): number {
  return Math.max(1, fleet.desiredInstances);
}

export type StackPart = "ingest" | "streaming";

/** Name of the CloudFormation stack of one part. */
export function stackName(definition: Pick<PipelineDefinition, "name">, part: StackPart): string {
  return `${definition.name}-${part}`;
}

export const pipelineTag = "appstream-monitor:pipeline";
/** On a fleet that the definition leaves stopped. */
export const leftStoppedTag = "appstream-monitor:stopped";
export const versionTag = "appstream-monitor:version";

/** What marks a resource as this pipeline's own. */
export function ownerTags(definition: Pick<PipelineDefinition, "name" | "tags">): Record<string, string> {
  return { ...definition.tags, [pipelineTag]: definition.name, [versionTag]: "1" };
}

/** Where the pipeline's events can be read. */
export interface PipelineTarget {
  readonly stream: string;
  readonly region: string;
  /** Absent when the stream does not deliver to a domain. */
  readonly domain?: string;
  /** Base name, without rotation suffix. */
  readonly index?: string;
  readonly rotated: boolean;
}

export function targetOf(definition: PipelineDefinition): PipelineTarget {
  const { stream, existing, region } = definition;
  const name = existing.stream ?? stream.name;
  if (stream.destination !== "opensearch") {
    return { stream: name, region, rotated: false };
  }
  const domain = existing.domain ?? definition.domain.name;
  return { stream: name, region, domain, index: stream.index, rotated: stream.indexRotation !== "NoRotation" };
}
