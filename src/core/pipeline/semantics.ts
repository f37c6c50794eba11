import * as l10n from "@vscode/l10n";
import type { Node } from "jsonc-parser";
import type { Problem, Severity } from "../text/problem";
import { createsDomain, streamIsInVpc, type PipelineDefinition } from "./definition";
import { nodeAt } from "./nodes";

interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Rule = (definition: PipelineDefinition) => Iterable<Finding>;

/** What no schema can say: combinations of values, and names that derive from others. */
export function checkSemantics(definition: PipelineDefinition, root: Node): Problem[] {
  return rules.flatMap((rule) =>
    [...rule(definition)].map(({ code, severity, path, message }) => {
      const node = nodeAt(root, path);
      const length = node === root ? Math.min(1, root.length) : node.length;
      return { span: { start: node.offset, end: node.offset + length }, severity, code, message };
    }),
  );
}

const error = (code: string, path: Finding["path"], message: string): Finding => ({ code, severity: "error", path, message });
const warning = (code: string, path: Finding["path"], message: string): Finding => ({ code, severity: "warning", path, message });

const rules: readonly Rule[] = [access, addresses, domain, domainNetwork, volume, index, endpoint, fleet, names, tags];

function* access(definition: PipelineDefinition): Iterable<Finding> {
  const { allowedAddresses, allowedPrincipals, domain } = definition;
  if (!createsDomain(definition)) {
    return;
  }
  if (allowedAddresses.length === 0 && allowedPrincipals.length === 0) {
    yield error(
      "APD010",
      ["allowedAddresses"],
      l10n.t('Nobody could reach the domain: give "allowedAddresses", for example ["203.0.113.7/32"] with your own public address.'),
    );
  }
  if (allowedAddresses.length > 0 && domain.subnetIds.length > 0) {
    yield error(
      "APD012",
      ["allowedAddresses"],
      l10n.t("A domain inside a VPC cannot have an address policy: remove the addresses or the subnets."),
    );
  }
  if (domain.masterUserArn !== "" && !(domain.encryptionAtRest && domain.nodeToNodeEncryption && domain.enforceHttps)) {
    yield error(
      "APD013",
      ["domain", "masterUserArn"],
      l10n.t("Fine-grained access control needs encryption at rest, encryption between nodes and HTTPS. Turn all three on."),
    );
  }
}

function* addresses(definition: PipelineDefinition): Iterable<Finding> {
  for (const [at, block] of definition.allowedAddresses.entries()) {
    const path = ["allowedAddresses", at];
    if (!isAddressBlock(block)) {
      yield error("APD011", path, l10n.t("{0} is no address block: write it as 203.0.113.7/32.", block));
    } else if (/\/0$/.test(block)) {
      yield error("APD014", path, l10n.t("{0} would let everybody read and delete the logs: name your own addresses.", block));
    } else if (/\.\d+\/\d$/.test(block)) {
      yield warning(
        "APD015",
        path,
        l10n.t("{0} lets more than 16 million addresses read and delete the logs. Name a smaller block.", block),
      );
    } else if (privateBlock.test(block)) {
      yield warning("APD016", path, l10n.t("{0} is private: the domain sees the public address behind which you are.", block));
    }
  }
}

const privateBlock = /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1|f[cde])/i;

function isAddressBlock(text: string): boolean {
  const [address = "", bits, more] = text.split("/");
  if (more !== undefined || (bits !== undefined && !/^\d{1,3}$/.test(bits))) {
    return false;
  }
  if (address.includes(":")) {
    const groups = address.split(":");
    const sound = groups.length <= 8 && (address.includes("::") || groups.length === 8) && address.split("::").length <= 2;
    return sound && groups.every((group) => /^[0-9a-fA-F]{0,4}$/.test(group)) && Number(bits ?? 128) <= 128;
  }
  const octets = address.split(".");
  return octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) <= 255) && Number(bits ?? 32) <= 32;
}

/** Regions without T2 that AWS's price data of October 2026 names; there are more. */
const withoutT2 = ["eu-north-1", "ap-northeast-3", "af-south-1"];
const standardSupportEnded = /^Elasticsearch_([1-5]\.|6\.[0-7]$|7\.[1-8]$)/;

function* domain(definition: PipelineDefinition): Iterable<Finding> {
  if (!createsDomain(definition)) {
    return;
  }
  const { domain, region } = definition;
  const t2 = domain.instanceType.startsWith("t2.");
  const typePath = ["domain", "instanceType"];
  if (t2 && domain.encryptionAtRest) {
    yield error(
      "APD020",
      typePath,
      l10n.t("T2 instances cannot encrypt what they store: choose t3.small.search or larger, or turn encryption off."),
    );
  }
  if (t2 && domain.instanceCount > 10) {
    yield error(
      "APD021",
      ["domain", "instanceCount"],
      l10n.t("A domain of T2 instances has at most 10 of them. Use fewer, or choose a T3 type."),
    );
  }
  if (t2 && withoutT2.includes(region)) {
    yield error("APD022", typePath, l10n.t("There are no T2 instances in {0}: choose a T3 type.", region));
  }
  if (domain.zoneAwareness && domain.instanceCount % 2 !== 0) {
    yield error(
      "APD023",
      ["domain", "instanceCount"],
      l10n.t("Nodes in two availability zones need an even number of nodes. Use one more or one fewer."),
    );
  }
  if (domain.engineVersion.startsWith("Elasticsearch_6") || /^Elasticsearch_[1-5]/.test(domain.engineVersion)) {
    yield error(
      "APD025",
      ["domain", "engineVersion"],
      l10n.t("Engines before Elasticsearch 7.1 need document types, which this pipeline does not write. Choose a later one."),
    );
  } else if (standardSupportEnded.test(domain.engineVersion)) {
    yield {
      code: "APD024",
      severity: definition.preset === "tutorial" ? "information" : "warning",
      path: ["domain", "engineVersion"],
      message: l10n.t(
        "{0} is out of standard support: AWS bills an extra fee for each instance hour. OpenSearch_2.19 has none.",
        domain.engineVersion,
      ),
    };
  }
}

function* domainNetwork(definition: PipelineDefinition): Iterable<Finding> {
  const { subnetIds, securityGroupIds, zoneAwareness } = definition.domain;
  if (!streamIsInVpc(definition)) {
    return;
  }
  const zones = zoneAwareness ? 2 : 1;
  if (createsDomain(definition) && subnetIds.length !== zones) {
    yield error(
      "APD028",
      ["domain", "subnetIds"],
      zoneAwareness
        ? l10n.t('A domain with "zoneAwareness" inside a VPC needs exactly two subnets, one in each zone.')
        : l10n.t('A domain without "zoneAwareness" inside a VPC needs exactly one subnet.'),
    );
  }
  if (securityGroupIds.length === 0) {
    yield error(
      "APD029",
      ["domain", "subnetIds"],
      l10n.t('The stream reaches a domain inside a VPC through interfaces of its own: give "securityGroupIds" that may reach the domain.'),
    );
  }
}

function* volume(definition: PipelineDefinition): Iterable<Finding> {
  const { instanceType, volumeGb, volumeType } = definition.domain;
  if (!createsDomain(definition)) {
    return;
  }
  const largest: Readonly<Record<string, number>> = {
    "t2.small.search": 35,
    "t2.medium.search": 35,
    "t2.micro.search": 35,
    "t3.small.search": 100,
    "t3.medium.search": 200,
  };
  const limit = largest[instanceType];
  if (limit !== undefined && volumeGb > limit) {
    yield error(
      "APD026",
      ["domain", "volumeGb"],
      l10n.t("{0} holds at most {1} GiB on each node. Use less, or choose a larger instance type.", instanceType, limit),
    );
  }
  if (volumeType === "gp3" && /^(t2|m[34]|r[34]|c4|i[23])\./.test(instanceType)) {
    yield error("APD027", ["domain", "volumeType"], l10n.t("{0} has no gp3 volumes: choose gp2.", instanceType));
  }
}

function* index(definition: PipelineDefinition): Iterable<Finding> {
  const { index, destination } = definition.stream;
  if (destination !== "opensearch") {
    return;
  }
  const path = ["stream", "index"];
  if (index !== index.toLowerCase()) {
    yield error("APD030", path, l10n.t('The index name "{0}" must be in lower case.', index));
  }
  if (/[\\/*?"<>| ,#:]/.test(index) || /^[-_+.]/.test(index)) {
    yield error(
      "APD031",
      path,
      l10n.t(
        'The index name "{0}" has a character that the engine refuses. Use lower-case letters, digits, - and _, and begin with a letter.',
        index,
      ),
    );
  }
  if (definition.stream.bufferMegabytes > 100) {
    yield error("APD032", ["stream", "bufferMegabytes"], l10n.t("A stream to a domain buffers at most 100 MiB. Use less."));
  }
  if (definition.stream.bufferMegabytes > 10 && definition.domain.instanceType.startsWith("t2.")) {
    yield warning(
      "APD033",
      ["stream", "bufferMegabytes"],
      l10n.t("T2 nodes accept requests up to 10 MiB: larger buffers are delivered in parts. Use 10 or less."),
    );
  }
}

function* endpoint(definition: PipelineDefinition): Iterable<Finding> {
  const { destination, url, secretArn, table } = definition.stream;
  if (destination === "opensearch" || destination === "s3" || definition.existing.stream !== undefined) {
    return;
  }
  const form =
    destination === "redshift"
      ? /^jdbc:(redshift|postgresql):\/\/[A-Za-z0-9.-]+\.redshift(-serverless)?\.[A-Za-z0-9.-]+:\d{1,5}\/[A-Za-z0-9_$-]+$/
      : /^https:\/\/.+/;
  if (!form.test(url)) {
    yield error("APD034", ["stream", "url"], l10n.t('The destination {0} needs its address in "url".', destination));
  }
  if (secretArn === "") {
    yield error(
      "APD035",
      ["stream", "secretArn"],
      l10n.t('The destination {0} needs the ARN of a secret with its credentials in "secretArn".', destination),
    );
  }
  if (destination === "redshift" && table === "") {
    yield error("APD036", ["stream", "table"], l10n.t('The destination redshift needs the name of a table in "table".'));
  }
}

function* fleet(definition: PipelineDefinition): Iterable<Finding> {
  const { fleet, existing } = definition;
  if (existing.fleet !== undefined) {
    return;
  }
  if (existing.appstreamStack !== undefined) {
    yield error(
      "APD045",
      ["existing", "appstreamStack"],
      l10n.t('An AppStream stack that exists is used with its fleet: name that in "existing" too, or take the stack out.'),
    );
  }
  if (fleet.type === "ELASTIC") {
    yield error(
      "APD040",
      ["fleet", "type"],
      l10n.t("An elastic fleet runs AWS's own images, in which the agent cannot be installed: choose ON_DEMAND or ALWAYS_ON."),
    );
  }
  if (fleet.maxSessionsPerInstance > 1) {
    yield error(
      "APD041",
      ["fleet", "maxSessionsPerInstance"],
      l10n.t("On a multi-session fleet one agent serves several users, so its events cannot carry the user's name: choose 1."),
    );
  }
  if (fleet.defaultInternetAccess && fleet.desiredInstances > 100) {
    yield error(
      "APD042",
      ["fleet", "desiredInstances"],
      l10n.t("With default internet access a fleet has at most 100 instances. Use fewer, or subnets with a way out of their own."),
    );
  }
  if (!fleet.defaultInternetAccess && fleet.subnetIds.length === 0) {
    yield error(
      "APD043",
      ["fleet", "defaultInternetAccess"],
      l10n.t('Without default internet access the fleet needs subnets that reach Firehose. Give "subnetIds".'),
    );
  }
  if (fleet.idleDisconnectTimeoutSeconds > 0 && fleet.idleDisconnectTimeoutSeconds < 60) {
    yield error(
      "APD044",
      ["fleet", "idleDisconnectTimeoutSeconds"],
      l10n.t("The idle timeout is 0 (off) or at least 60 seconds. Use one of them."),
    );
  }
}

function* names(definition: PipelineDefinition): Iterable<Finding> {
  const { domain, image, bucket, roles, name, region } = definition;
  if (createsDomain(definition) && !/^[a-z][a-z0-9-]{2,27}$/.test(domain.name)) {
    yield error(
      "APD050",
      ["name"],
      l10n.t('"{0}" is no domain name (3 to 28 characters): give another name, or "domain": {"name": …}.', domain.name),
    );
  }
  if (/^(aws|appstream|amazon)/i.test(image.name)) {
    yield error("APD051", ["image", "name"], l10n.t("The name of an image may not begin with aws, appstream or amazon. Give another one."));
  }
  if (/^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3)$|\.\.|^\d+\.\d+\.\d+\.\d+$/.test(bucket.name)) {
    yield error("APD052", ["bucket", "name"], l10n.t('"{0}" is a reserved form of bucket name. Give another one.', bucket.name));
  }
  for (const [key, role] of Object.entries(roles)) {
    if (role.length > 64) {
      yield error("APD053", ["roles", key], l10n.t('"{0}" is longer than the 64 characters of a role name. Give a shorter one.', role));
    }
  }
  if (roles.delivery.toLowerCase() === roles.machine.toLowerCase()) {
    yield error("APD054", ["roles"], l10n.t("The two roles need different names; upper and lower case do not tell them apart."));
  }
  if (region.startsWith("us-iso")) {
    yield warning("APD055", ["region"], l10n.t("AppStream may not be offered in {0}. Choose another Region if it is not.", region));
  }
  if (/^aws/i.test(name)) {
    yield warning("APD056", ["name"], l10n.t("Names that begin with aws are easily taken for AWS's own. Choose another one."));
  }
}

function* tags(definition: PipelineDefinition): Iterable<Finding> {
  const keys = Object.keys(definition.tags);
  if (keys.length > 4) {
    yield error("APD060", ["tags"], l10n.t("At most four tags of your own fit on a domain beside the pipeline's. Remove the others."));
  }
  for (const key of keys) {
    if (/^aws:/i.test(key) || key.startsWith("appstream-monitor:") || !/^[A-Za-z0-9 _.:/=+@-]{1,128}$/.test(key)) {
      yield error(
        "APD061",
        ["tags", key],
        l10n.t('"{0}" cannot be used as the key of a tag. Use letters, digits and _.:/=+@-, and no prefix of AWS or of the pipeline.', key),
      );
    }
  }
}
