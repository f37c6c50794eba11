import { ServiceError } from "../../service";
import type { Item } from "../../world";

export const engineVersions = [
  "OpenSearch_3.3",
  "OpenSearch_3.1",
  "OpenSearch_2.19",
  "OpenSearch_2.17",
  "OpenSearch_2.15",
  "OpenSearch_2.13",
  "OpenSearch_2.11",
  "OpenSearch_1.3",
  "Elasticsearch_7.10",
  "Elasticsearch_7.9",
  "Elasticsearch_7.7",
  "Elasticsearch_7.4",
  "Elasticsearch_7.1",
  "Elasticsearch_6.8",
];

/** GiB a node, by family: T2 small and medium stop at 35. */
function volumeRange(instanceType: string): { min: number; max: number } {
  if (/^t2\.(small|medium)\./.test(instanceType)) {
    return { min: 10, max: 35 };
  }
  return /^t3\.small\./.test(instanceType)
    ? { min: 10, max: 100 }
    : /^t3\.medium\./.test(instanceType)
      ? { min: 10, max: 200 }
      : { min: 10, max: 2048 };
}

export function instanceLimits(instanceType: string): Record<string, unknown> {
  const { min, max } = volumeRange(instanceType);
  return {
    data: {
      StorageTypes: [
        {
          StorageTypeName: "ebs",
          StorageSubTypeName: "gp2",
          StorageTypeLimits: [
            { LimitName: "MinimumVolumeSize", LimitValues: [String(min)] },
            { LimitName: "MaximumVolumeSize", LimitValues: [String(max)] },
          ],
        },
      ],
      InstanceLimits: { InstanceCountLimits: { MinimumInstanceCount: 1, MaximumInstanceCount: instanceType.startsWith("t") ? 10 : 80 } },
    },
  };
}

function refuse(message: string): never {
  throw new ServiceError("ValidationException", message);
}

function member(item: Item, outer: string, inner: string): unknown {
  return (item[outer] as Item | undefined)?.[inner];
}

/** Throws a ValidationException for what the service refuses in a domain's configuration. */
export function checkDomain(domain: Item): void {
  const name = String(domain["DomainName"]);
  const type = String(member(domain, "ClusterConfig", "InstanceType"));
  const count = Number(member(domain, "ClusterConfig", "InstanceCount"));
  if (!/^[a-z][a-z0-9-]{2,27}$/.test(name)) {
    refuse(
      `Value '${name}' at 'domainName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z][a-z0-9\\-]+`,
    );
  }
  if (!engineVersions.includes(String(domain["EngineVersion"]))) {
    refuse(`Invalid engine version: ${String(domain["EngineVersion"])}`);
  }
  if (!/^[a-z0-9]+\.[a-z0-9]+\.search$/.test(type)) {
    refuse(`Invalid instance type: ${type}`);
  }
  if (!Number.isInteger(count) || count < 1 || count > (type.startsWith("t") ? 10 : 80)) {
    refuse(`Invalid instance count ${count} for ${type}.`);
  }
  checkVolume(domain, type);
  const isT2 = type.startsWith("t2.");
  const encrypted = member(domain, "EncryptionAtRestOptions", "Enabled") === true;
  const fineGrained = member(domain, "AdvancedSecurityOptions", "Enabled") === true;
  if (isT2 && (encrypted || fineGrained)) {
    refuse(`Encryption at rest is not supported with ${type}.`);
  }
  const nodeToNode = member(domain, "NodeToNodeEncryptionOptions", "Enabled") === true;
  if (fineGrained && !(encrypted && nodeToNode && member(domain, "DomainEndpointOptions", "EnforceHTTPS") === true)) {
    refuse("Fine-grained access control needs encryption at rest, node-to-node encryption and enforced HTTPS.");
  }
  checkPolicy(domain);
}

function checkVolume(domain: Item, type: string): void {
  if (member(domain, "EBSOptions", "EBSEnabled") !== true) {
    return;
  }
  const size = Number(member(domain, "EBSOptions", "VolumeSize") ?? 10);
  const { min, max } = volumeRange(type);
  if (!Number.isInteger(size) || size < min || size > max) {
    refuse(`Volume size must be between ${min} and ${max} for ${type}.`);
  }
  if (type.startsWith("t2.") && member(domain, "EBSOptions", "VolumeType") === "gp3") {
    refuse(`gp3 is not supported with ${type}.`);
  }
}

function checkPolicy(domain: Item): void {
  const text = domain["AccessPolicies"];
  if (typeof text !== "string" || text === "") {
    return;
  }
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw new ServiceError("InvalidTypeException", "Error setting policy: the document is not valid JSON");
  }
  const statements = (policy as { Statement?: { Condition?: { IpAddress?: unknown } }[] } | null)?.Statement ?? [];
  if (domain["VPCOptions"] !== undefined && statements.some((statement) => statement.Condition?.IpAddress !== undefined)) {
    throw new ServiceError("InvalidTypeException", "Error setting policy: IP-based policies are not allowed for VPC domains");
  }
}
