import { Reader } from "../../inputs";
import { parsePolicy, type Statement } from "../../policies";
import { ServiceError, type Input } from "../../service";
import type { World } from "../../world";
import { principalExists } from "../iam/documents";
import { findRole } from "../iam/roles";
import type { DomainItem } from "./domains";
import { instanceLimits, isAtLeast } from "./engines";

export const read = (input: Input): Reader => new Reader(input, "ValidationException");

export function invalid(message: string): ServiceError {
  return new ServiceError("ValidationException", message);
}

const tlsPolicies = [
  "Policy-Min-TLS-1-0-2019-07",
  "Policy-Min-TLS-1-2-2019-07",
  "Policy-Min-TLS-1-2-PFS-2023-10",
  "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08",
  "Policy-Min-TLS-1-2-FIPS-PQ-2026-10",
];

/** Before the first domain inside a VPC the account needs the service's own role. */
export function checkServiceLinkedRole(world: World): void {
  const names = ["AWSServiceRoleForAmazonOpenSearchService", "AWSServiceRoleForAmazonElasticsearchService"];
  if (names.every((name) => findRole(world, name) === undefined)) {
    throw invalid(
      "Before you can proceed, you must enable a service-linked role to give Amazon OpenSearch Service permissions to access your VPC.",
    );
  }
}

type Wanted = Pick<
  DomainItem,
  | "EngineVersion"
  | "ClusterConfig"
  | "EBSOptions"
  | "AccessPolicies"
  | "EncryptionAtRestOptions"
  | "NodeToNodeEncryptionOptions"
  | "DomainEndpointOptions"
  | "AdvancedSecurityOptions"
  | "VPCOptions"
>;

/** Refuses a configuration that the service does not offer. */
export function checkDomain(world: World, domain: Wanted): void {
  checkCluster(domain);
  checkEncryption(domain);
  checkPolicy(world, domain);
}

function checkCluster({ ClusterConfig, EBSOptions, EngineVersion }: Wanted): void {
  const cluster = read(ClusterConfig);
  const type = cluster.requiredText("InstanceType");
  const count = cluster.number("InstanceCount", 1) ?? 1;
  const limits = instanceLimits(type, EngineVersion);
  if (count > limits.maxCount) {
    throw invalid(`Instance count must be between 1 and ${limits.maxCount} for ${type}.`);
  }
  const zones =
    cluster.flag("ZoneAwarenessEnabled") === true ? (cluster.structure("ZoneAwarenessConfig")?.number("AvailabilityZoneCount") ?? 2) : 1;
  if (zones !== 1 && zones !== 2 && zones !== 3) {
    throw invalid("AvailabilityZoneCount must be 2 or 3.");
  }
  if (count < zones || (zones === 2 && count % 2 === 1)) {
    throw invalid(
      zones === 2
        ? "You must choose an even number of data nodes for a two Availability Zone deployment"
        : "You must choose at least three data nodes for a three Availability Zone deployment",
    );
  }
  checkVolume(read(EBSOptions), type, limits);
}

function checkVolume(ebs: Reader, type: string, limits: ReturnType<typeof instanceLimits>): void {
  if (ebs.flag("EBSEnabled") !== true) {
    throw invalid(`EBS storage must be selected for ${type}`);
  }
  const volume = ebs.text("VolumeType", { values: ["standard", "gp2", "io1", "gp3"] }) ?? "gp2";
  if (!limits.volumeTypes.includes(volume)) {
    throw invalid(`Volume type ${volume} is not supported for instance type ${type}.`);
  }
  const size = ebs.number("VolumeSize") ?? 10;
  if (size < limits.minVolume || size > limits.maxVolume) {
    throw invalid(
      `Volume size must be between ${limits.minVolume} and ${limits.maxVolume} for ${type} instance type and ${volume} volume type.`,
    );
  }
}

function checkEncryption(domain: Wanted): void {
  const type = read(domain.ClusterConfig).requiredText("InstanceType");
  const isEncrypted = read(domain.EncryptionAtRestOptions).flag("Enabled") === true;
  const isNodeToNode = read(domain.NodeToNodeEncryptionOptions).flag("Enabled") === true;
  if (isEncrypted && !instanceLimits(type, domain.EngineVersion).hasEncryption) {
    throw invalid(`Encryption at rest is not supported with ${type}`);
  }
  if (isEncrypted && !isAtLeast(domain.EngineVersion, 5, 1)) {
    throw invalid("Encryption at rest is supported only on Elasticsearch 5.1 or above.");
  }
  if (isNodeToNode && !isAtLeast(domain.EngineVersion, 6, 0)) {
    throw invalid("Node-to-node encryption is supported only on Elasticsearch 6.0 or above.");
  }
  const endpoint = read(domain.DomainEndpointOptions);
  endpoint.text("TLSSecurityPolicy", { values: tlsPolicies });
  checkFineGrained(domain, isEncrypted && isNodeToNode && endpoint.flag("EnforceHTTPS") === true);
}

function checkFineGrained(domain: Wanted, isPrepared: boolean): void {
  const security = read(domain.AdvancedSecurityOptions);
  if (security.flag("Enabled") !== true) {
    return;
  }
  if (!isAtLeast(domain.EngineVersion, 6, 7)) {
    throw invalid("Advanced Security is supported only on Elasticsearch 6.7 or above.");
  }
  if (!isPrepared) {
    throw invalid(
      "You must enable node-to-node encryption, encryption at rest and HTTPS for all traffic to use Advanced Security options.",
    );
  }
}

/** The master user of fine-grained access control; its password is checked and forgotten. */
export function checkMasterUser(security: Reader | undefined): void {
  if (security?.flag("Enabled") !== true) {
    return;
  }
  const master = security.structure("MasterUserOptions");
  const arn = master?.text("MasterUserARN");
  const name = master?.text("MasterUserName", { min: 1, max: 64 });
  const password = master?.text("MasterUserPassword", { min: 8, max: 128 });
  if (arn === undefined && name === undefined) {
    throw invalid("You must provide a master user when you enable fine-grained access control.");
  }
  if (arn !== undefined && name !== undefined) {
    throw invalid("You can specify either a MasterUserARN or a MasterUserName and MasterUserPassword, not both.");
  }
  const isStrong = password !== undefined && [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].every((kind) => kind.test(password));
  if (name !== undefined && !isStrong) {
    throw invalid(
      "The master user password must contain at least one uppercase letter, one lowercase letter, one number, and one special character.",
    );
  }
}

function checkPolicy(world: World, domain: Wanted): void {
  if (domain.AccessPolicies === "") {
    return;
  }
  const statements = parsePolicy(domain.AccessPolicies);
  if (statements === undefined || statements.some((statement) => statement.principals === undefined)) {
    throw settingPolicy(domain.AccessPolicies);
  }
  if (statements.some((statement) => statement.principals?.some((principal) => !principalExists(world, principal)))) {
    throw settingPolicy(domain.AccessPolicies);
  }
  if (domain.VPCOptions !== undefined && statements.some(hasAddress)) {
    throw invalid(
      "You can't attach an IP-based policy to a domain that has a VPC endpoint. Instead, use a security group to control IP-based access.",
    );
  }
  const isFineGrained = read(domain.AdvancedSecurityOptions).flag("Enabled") === true;
  if (domain.VPCOptions === undefined && !isFineGrained && statements.some(isOpen)) {
    throw invalid("Apply a restrictive access policy to your domain");
  }
}

function settingPolicy(policy: string): ServiceError {
  return new ServiceError("InvalidTypeException", `Error setting policy: [${policy}]`, 409);
}

const hasAddress = (statement: Statement): boolean =>
  Object.values(statement.conditions).some((keys) => keys["aws:sourceip"] !== undefined);

const isOpen = (statement: Statement): boolean =>
  statement.effect === "Allow" && statement.principals?.includes("*") === true && Object.keys(statement.conditions).length === 0;
