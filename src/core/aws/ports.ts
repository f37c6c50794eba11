/** The AWS operations the product needs, as interfaces. Implemented once, in src/aws; faked in test/fakes. */

import type { NetworkPort } from "./network";

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

export type Tags = Readonly<Record<string, string>>;

export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
}

export interface IdentityPort {
  getCallerIdentity(signal?: AbortSignal): Promise<CallerIdentity>;
}

export interface StreamDestination {
  readonly kind: "opensearch" | "elasticsearch" | "serverless" | "s3" | "redshift" | "splunk" | "httpEndpoint" | "other";
  readonly domainArn?: string;
  readonly clusterEndpoint?: string;
  readonly indexName?: string;
  readonly indexRotation?: "NoRotation" | "OneHour" | "OneDay" | "OneWeek" | "OneMonth";
  readonly bufferSeconds?: number;
  readonly bufferMegabytes?: number;
  readonly retrySeconds?: number;
  readonly backupMode?: string;
  readonly bucketArn?: string;
  readonly errorPrefix?: string;
  readonly logging?: { readonly enabled: boolean; readonly group?: string; readonly stream?: string };
  readonly roleArn?: string;
  readonly url?: string;
}

export interface DeliveryStream {
  readonly name: string;
  readonly arn: string;
  /** CREATING, ACTIVE, CREATING_FAILED, DELETING, DELETING_FAILED. */
  readonly status: string;
  readonly failure?: string;
  /** DirectPut, KinesisStreamAsSource, … */
  readonly sourceType: string;
  readonly version?: string;
  readonly created?: Date;
  readonly encryption?: string;
  readonly destination?: StreamDestination;
}

export interface DestinationValues {
  readonly indexName?: string;
  readonly indexRotation?: NonNullable<StreamDestination["indexRotation"]>;
  readonly retrySeconds?: number;
  readonly bufferSeconds?: number;
  readonly bufferMegabytes?: number;
  readonly logging?: NonNullable<StreamDestination["logging"]>;
}

export interface StreamsPort {
  /** Names only, up to `limit` a page; the token is the last name. */
  list(options: { readonly limit?: number; readonly nextToken?: string }, signal?: AbortSignal): Promise<Page<string>>;
  /** Rejects with `notFound`. */
  get(name: string, signal?: AbortSignal): Promise<DeliveryStream>;
  tags(name: string, signal?: AbortSignal): Promise<Tags>;
  /** Changes these values of a destination that is a domain; the others stay. Takes effect within minutes. */
  updateDestination(name: string, values: DestinationValues, signal?: AbortSignal): Promise<void>;
  /** Resolves with the record id. */
  putRecord(name: string, data: string, signal?: AbortSignal): Promise<string>;
}

export interface Domain {
  readonly name: string;
  readonly arn: string;
  /** Host (and, in the sandbox, path) without scheme; absent until usable. */
  readonly endpoint?: string;
  /** For example Elasticsearch_7.1 or OpenSearch_2.19. */
  readonly engineVersion: string;
  /** Creating, Active, Modifying, Deleting, … */
  readonly status: string;
  readonly processing: boolean;
  readonly instanceType?: string;
  readonly instanceCount?: number;
  readonly volumeGb?: number;
  readonly volumeType?: string;
  readonly inVpc: boolean;
  /** The access policy's JSON text. */
  readonly accessPolicy?: string;
  readonly encryptionAtRest: boolean;
  readonly enforceHttps: boolean;
  readonly fineGrainedAccess: boolean;
}

export interface DomainInstanceType {
  readonly name: string;
  readonly encryptionAtRest: boolean;
  readonly fineGrainedAccess: boolean;
}

export interface InstanceLimits {
  readonly maxCount?: number;
  /** Volume types with what one node may hold, in GiB. */
  readonly volumes: readonly { readonly type: string; readonly minGb: number; readonly maxGb: number }[];
}

export interface DomainsPort {
  list(signal?: AbortSignal): Promise<readonly { readonly name: string; readonly engine?: string }[]>;
  /** Up to five names a call are described together. Missing ones are left out. */
  describe(names: readonly string[], signal?: AbortSignal): Promise<readonly Domain[]>;
  /** Rejects with `notFound`. */
  get(name: string, signal?: AbortSignal): Promise<Domain>;
  listVersions(signal?: AbortSignal): Promise<readonly string[]>;
  /** Instance types that the Region offers for an engine. Rejects with `invalidInput` for an engine that it does not have. */
  listInstanceTypes(engineVersion: string, signal?: AbortSignal): Promise<readonly DomainInstanceType[]>;
  /** What a data node of a type may have. Rejects for a type that is not offered. */
  instanceLimits(instanceType: string, engineVersion: string, signal?: AbortSignal): Promise<InstanceLimits>;
  tags(arn: string, signal?: AbortSignal): Promise<Tags>;
}

export interface Fleet {
  readonly name: string;
  readonly arn: string;
  readonly displayName?: string;
  /** STARTING, RUNNING, STOPPING, STOPPED. */
  readonly state: string;
  readonly fleetType: string;
  readonly instanceType: string;
  readonly imageName?: string;
  readonly imageArn?: string;
  readonly iamRoleArn?: string;
  readonly platform?: string;
  readonly maxSessionsPerInstance?: number;
  readonly capacity?: { readonly desired: number; readonly running?: number; readonly inUse?: number; readonly available?: number };
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  readonly created?: Date;
  readonly defaultInternetAccess?: boolean;
}

export interface AppStreamStack {
  readonly name: string;
  readonly arn: string;
  readonly displayName?: string;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

export interface Image {
  readonly name: string;
  readonly arn: string;
  /** PENDING, AVAILABLE, FAILED, COPYING, DELETING, CREATING, IMPORTING, VALIDATING. */
  readonly state: string;
  readonly visibility?: string;
  readonly platform?: string;
  readonly created?: Date;
  readonly baseImageArn?: string;
  readonly reason?: string;
  readonly builderName?: string;
}

export interface ImageBuilder {
  readonly name: string;
  readonly arn: string;
  /** PENDING, RUNNING, SNAPSHOTTING, STOPPING, STOPPED, DELETING, FAILED, … */
  readonly state: string;
  readonly reason?: string;
  readonly instanceType?: string;
  readonly imageArn?: string;
  readonly created?: Date;
  readonly iamRoleArn?: string;
  readonly platform?: string;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly stackName: string;
  readonly fleetName: string;
  /** ACTIVE, PENDING, EXPIRED. */
  readonly state: string;
  /** CONNECTED, NOT_CONNECTED. */
  readonly connectionState?: string;
  readonly authenticationType?: string;
  readonly started?: Date;
  readonly expires?: Date;
  readonly privateIp?: string;
  readonly instanceId?: string;
}

export interface CreateImageBuilderInput {
  readonly name: string;
  readonly instanceType: string;
  readonly imageName: string;
  readonly iamRoleArn?: string;
  readonly enableDefaultInternetAccess?: boolean;
  readonly subnetIds?: readonly string[];
  readonly securityGroupIds?: readonly string[];
  readonly tags: Tags;
}

export interface AppStreamPort {
  listFleets(options: { readonly names?: readonly string[]; readonly nextToken?: string }, signal?: AbortSignal): Promise<Page<Fleet>>;
  listStacks(
    options: { readonly names?: readonly string[]; readonly nextToken?: string },
    signal?: AbortSignal,
  ): Promise<Page<AppStreamStack>>;
  listImages(
    options: { readonly names?: readonly string[]; readonly type?: "PUBLIC" | "PRIVATE" | "SHARED"; readonly nextToken?: string },
    signal?: AbortSignal,
  ): Promise<Page<Image>>;
  listImageBuilders(
    options: { readonly names?: readonly string[]; readonly nextToken?: string },
    signal?: AbortSignal,
  ): Promise<Page<ImageBuilder>>;
  listSessions(
    options: { readonly stackName: string; readonly fleetName: string; readonly nextToken?: string },
    signal?: AbortSignal,
  ): Promise<Page<Session>>;
  listAssociatedStacks(fleetName: string, signal?: AbortSignal): Promise<readonly string[]>;
  listAssociatedFleets(stackName: string, signal?: AbortSignal): Promise<readonly string[]>;
  tags(arn: string, signal?: AbortSignal): Promise<Tags>;
  tagResource(arn: string, tags: Tags, signal?: AbortSignal): Promise<void>;
  untagResource(arn: string, keys: readonly string[], signal?: AbortSignal): Promise<void>;
  startFleet(name: string, signal?: AbortSignal): Promise<void>;
  stopFleet(name: string, signal?: AbortSignal): Promise<void>;
  updateFleetImage(name: string, imageName: string, signal?: AbortSignal): Promise<void>;
  createImageBuilder(input: CreateImageBuilderInput, signal?: AbortSignal): Promise<ImageBuilder>;
  startImageBuilder(name: string, signal?: AbortSignal): Promise<void>;
  stopImageBuilder(name: string, signal?: AbortSignal): Promise<void>;
  deleteImageBuilder(name: string, signal?: AbortSignal): Promise<void>;
  deleteImage(name: string, signal?: AbortSignal): Promise<void>;
  /** Numbers of the accounts that may use the image. */
  listImageShares(options: { readonly image: string; readonly nextToken?: string }, signal?: AbortSignal): Promise<Page<string>>;
  deleteImageShare(image: string, account: string, signal?: AbortSignal): Promise<void>;
  /** A bearer secret: never logged, never stored. */
  createImageBuilderStreamingUrl(name: string, validitySeconds: number, signal?: AbortSignal): Promise<string>;
  /** A bearer secret: never logged, never stored. */
  createStreamingUrl(
    input: { readonly stackName: string; readonly fleetName: string; readonly userId: string; readonly validitySeconds: number },
    signal?: AbortSignal,
  ): Promise<string>;
  expireSession(sessionId: string, signal?: AbortSignal): Promise<void>;
}

export interface SearchRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  /** Begins with a slash; already percent-encoded where needed; no query string. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly contentType?: "application/json" | "application/x-ndjson";
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export interface SearchAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** HTTP to a domain's data plane. Any status is an answer; only a failed exchange rejects, with reason `network`. */
export interface SearchTransport {
  send(request: SearchRequest, signal?: AbortSignal): Promise<SearchAnswer>;
}

export interface SearchTarget {
  /** Host with optional path, without scheme, as DescribeDomain gives it; or a whole URL. */
  readonly endpoint: string;
  readonly region: string;
  /** `sigv4` signs for service `es`; `unsigned` sends no Authorization header at all. */
  readonly access:
    | { readonly kind: "sigv4" }
    | { readonly kind: "unsigned" }
    | { readonly kind: "basic"; readonly user: string; readonly password: string };
  /** Name to sign and to check the certificate for, when a tunnel is connected to instead. */
  readonly hostOverride?: string;
  /** Certificates, as PEM, that are trusted besides those of the system. */
  readonly certificateAuthority?: string;
}

export interface StackSummary {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly statusReason?: string;
  readonly tags: Tags;
  readonly outputs: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly created?: Date;
  readonly terminationProtection?: boolean;
}

export interface ChangeSetChange {
  readonly action: string;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly resourceType: string;
  /** True, False or Conditional; Modify only. */
  readonly replacement?: string;
  readonly scope: readonly string[];
  readonly details: readonly {
    readonly attribute: string;
    readonly name?: string;
    readonly requiresRecreation?: string;
    readonly before?: string;
    readonly after?: string;
  }[];
}

export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly status: string;
  readonly statusReason?: string;
  readonly executionStatus?: string;
  readonly changes: readonly ChangeSetChange[];
}

export interface StackEvent {
  readonly id: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason?: string;
  readonly detailedStatus?: string;
  readonly time: Date;
  readonly token?: string;
}

export interface StackResource {
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly resourceType: string;
  readonly status: string;
  readonly reason?: string;
  readonly driftStatus?: string;
}

export interface CreateChangeSetInput {
  readonly stackName: string;
  readonly changeSetName: string;
  readonly type: "CREATE" | "UPDATE";
  /** JSON or YAML text, at most 51,200 bytes. Absent: the deployed one, and all parameters keep their values. */
  readonly template?: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Compares with the resources as they are, and brings them back to the template. Updates only. */
  readonly revertsDrift?: boolean;
  readonly tags: Tags;
  readonly clientToken: string;
  readonly description?: string;
}

export interface ResourceDrift {
  readonly logicalId: string;
  readonly resourceType: string;
  readonly status: string;
  readonly differences: readonly { readonly path: string; readonly expected: string; readonly actual: string }[];
}

export interface CloudFormationPort {
  createChangeSet(input: CreateChangeSetInput, signal?: AbortSignal): Promise<{ readonly changeSetId: string; readonly stackId: string }>;
  /** All pages of changes. Rejects with `notFound`. */
  getChangeSet(changeSetId: string, stackId: string, signal?: AbortSignal): Promise<ChangeSet>;
  /** Names of a stack's change sets. */
  listChangeSets(stackId: string, signal?: AbortSignal): Promise<readonly string[]>;
  executeChangeSet(changeSetId: string, stackId: string, clientToken: string, signal?: AbortSignal): Promise<void>;
  deleteChangeSet(changeSetId: string, stackId: string, signal?: AbortSignal): Promise<void>;
  /** By name or id; undefined when there is none. */
  findStack(nameOrId: string, signal?: AbortSignal): Promise<StackSummary | undefined>;
  /** All living stacks with tags and outputs. */
  listStacks(signal?: AbortSignal): Promise<readonly StackSummary[]>;
  /** Newest first, one page. */
  listEvents(stackId: string, nextToken?: string, signal?: AbortSignal): Promise<Page<StackEvent>>;
  listResources(stackId: string, signal?: AbortSignal): Promise<readonly StackResource[]>;
  deleteStack(
    stackId: string,
    options: { readonly clientToken: string; readonly retain?: readonly string[] },
    signal?: AbortSignal,
  ): Promise<void>;
  cancelUpdate(stackId: string, clientToken: string, signal?: AbortSignal): Promise<void>;
  continueRollback(stackId: string, clientToken: string, signal?: AbortSignal): Promise<void>;
  setTerminationProtection(stackId: string, on: boolean, signal?: AbortSignal): Promise<void>;
  getTemplate(stackId: string, signal?: AbortSignal): Promise<string>;
  detectDrift(stackId: string, signal?: AbortSignal): Promise<string>;
  getDriftStatus(detectionId: string, signal?: AbortSignal): Promise<{ readonly status: string; readonly reason?: string }>;
  listDrifts(stackId: string, signal?: AbortSignal): Promise<readonly ResourceDrift[]>;
}

export interface BucketsPort {
  /** `foreign` when the name belongs to another account. */
  find(name: string, expectedOwner: string, signal?: AbortSignal): Promise<"own" | "foreign" | "absent">;
  /** Own buckets whose name begins with `prefix` and that carry the tag. */
  findTagged(prefix: string, tag: { readonly key: string; readonly value: string }, signal?: AbortSignal): Promise<readonly string[]>;
  /** Versions and delete markers too; resolves with the number of objects removed. */
  empty(name: string, signal?: AbortSignal): Promise<number>;
  listKeys(
    name: string,
    prefix: string,
    nextToken?: string,
    signal?: AbortSignal,
  ): Promise<Page<{ readonly key: string; readonly size: number; readonly modified?: Date }>>;
  /** What is compressed with gzip is unpacked. */
  getText(name: string, key: string, signal?: AbortSignal): Promise<string>;
  putText(name: string, key: string, text: string, signal?: AbortSignal): Promise<void>;
  /** An address to read or to write one object, valid for `seconds`: a bearer secret. */
  presign(name: string, key: string, seconds: number, method?: "GET" | "PUT"): Promise<string>;
  delete(name: string, signal?: AbortSignal): Promise<void>;
}

export interface LogGroupsPort {
  find(name: string, signal?: AbortSignal): Promise<{ readonly arn: string; readonly retentionDays?: number } | undefined>;
  /** Newest events of one stream, oldest first. */
  listEvents(
    group: string,
    stream: string,
    limit: number,
    signal?: AbortSignal,
  ): Promise<readonly { readonly time: Date; readonly message: string }[]>;
  delete(name: string, signal?: AbortSignal): Promise<void>;
}

export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly trustPolicy: string;
  readonly tags: Tags;
}

export interface PolicyQuestion {
  readonly principalArn: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Condition keys with their text values. */
  readonly context: Readonly<Record<string, string>>;
}

export interface IamPort {
  findRole(name: string, signal?: AbortSignal): Promise<Role | undefined>;
  /** Inline policies of a role by name, as JSON text. */
  inlinePolicies(roleName: string, signal?: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** Decision per action: allowed, explicitDeny, implicitDeny. Rejects with `accessDenied` where simulation is not permitted. */
  simulate(asked: PolicyQuestion, signal?: AbortSignal): Promise<Readonly<Record<string, string>>>;
}

export interface Quota {
  readonly name: string;
  readonly code: string;
  readonly value: number;
}

export interface QuotasPort {
  /** Applied quotas of a service, by its code in Service Quotas, such as appstream2. */
  list(serviceCode: string, signal?: AbortSignal): Promise<readonly Quota[]>;
}

export interface PriceQuestion {
  /** Code of the service in the price list, such as AmazonES. */
  readonly service: string;
  readonly region: string;
  /** What the product's attributes are. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What its usage type contains. */
  readonly usage?: string;
}

/** One tier of an on-demand price. */
export interface PriceOffer {
  /** productFamily, instanceType, usagetype, … */
  readonly attributes: Readonly<Record<string, string>>;
  /** As the list words it: Hrs, hour, GB-Mo, … */
  readonly unit: string;
  readonly usd: number;
  /** Units from which on the tier counts. */
  readonly from: number;
  /** Day on which the list was published: YYYY-MM-DD. */
  readonly published: string;
}

export interface PricesPort {
  /** Rejects with `notFound` where the partition has no price list that can be asked. */
  list(asked: PriceQuestion, signal?: AbortSignal): Promise<readonly PriceOffer[]>;
}

/** Clients of one connection. Making one reads no credential and opens no socket. */
export interface Aws {
  readonly identity: IdentityPort;
  readonly streams: StreamsPort;
  readonly domains: DomainsPort;
  readonly appstream: AppStreamPort;
  readonly cloudformation: CloudFormationPort;
  readonly buckets: BucketsPort;
  readonly logGroups: LogGroupsPort;
  readonly iam: IamPort;
  readonly quotas: QuotasPort;
  readonly prices: PricesPort;
  readonly network: NetworkPort;
  search(target: SearchTarget): SearchTransport;
}
