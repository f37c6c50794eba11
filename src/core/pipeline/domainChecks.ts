import * as l10n from "@vscode/l10n";
import { ifFound } from "../aws/found";
import type { InstanceLimits } from "../aws/ports";
import { AppError } from "../errors";
import { createsDomain, type PipelineDefinition } from "./definition";
import type { Check, PreflightInput } from "./preflight";

const error = (text: string, remedy: string): Check => ({ severity: "error", text, remedy });

/** Engine, instance type, volume and number of nodes are asked of the Region itself; what a domain has already it may keep. */
export async function domainOffer({ aws, definition, ingest }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  if (!createsDomain(definition)) {
    return [];
  }
  const { domain, region } = definition;
  const present = ingest === undefined ? undefined : await ifFound(() => aws.domains.get(domain.name, signal));
  if (present !== undefined && kept.every((key) => present[key] === domain[key])) {
    return [];
  }
  const versions = await aws.domains.listVersions(signal);
  if (!versions.includes(domain.engineVersion)) {
    const remedy = l10n.t("Offered are: {0}.", versions.slice(0, 12).join(", "));
    return [error(l10n.t("{0} is not offered in {1}.", domain.engineVersion, region), remedy)];
  }
  const ok: Check = { severity: "ok", text: l10n.t("{0} is offered in {1}.", domain.engineVersion, region) };
  return [ok, ...(await instanceType({ aws, definition }, signal))];
}

const kept = ["engineVersion", "instanceType", "instanceCount", "volumeType", "volumeGb"] as const;

async function instanceType(
  { aws, definition: { domain, region } }: Pick<PreflightInput, "aws" | "definition">,
  signal: AbortSignal | undefined,
): Promise<readonly Check[]> {
  try {
    const types = await aws.domains.listInstanceTypes(domain.engineVersion, signal);
    const found = types.find(({ name }) => name === domain.instanceType);
    if (found === undefined) {
      const family = domain.instanceType.split(".")[0] ?? "";
      const near = types.map(({ name }) => name).filter((name) => name.startsWith(family.charAt(0)));
      return [
        error(
          l10n.t("{0} is not offered in {1} with {2}.", domain.instanceType, region, domain.engineVersion),
          l10n.t("Offered are: {0}.", (near.length > 0 ? near : types.map(({ name }) => name)).slice(0, 12).join(", ")),
        ),
      ];
    }
    const limits = await aws.domains.instanceLimits(domain.instanceType, domain.engineVersion, signal);
    const problems = [...encryption(domain, found), ...limitChecks(domain, limits)];
    return problems.length > 0 ? problems : [{ severity: "ok", text: l10n.t("{0} is offered there.", domain.instanceType) }];
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.reason === "accessDenied") {
      return [{ severity: "warning", text: l10n.t("Not checked: {0}", thrown.message) }];
    }
    throw thrown;
  }
}

function encryption(
  domain: PipelineDefinition["domain"],
  offered: { readonly encryptionAtRest: boolean; readonly fineGrainedAccess: boolean },
): readonly Check[] {
  const remedy = l10n.t("Choose t3.small.search or larger.");
  if (domain.encryptionAtRest && !offered.encryptionAtRest) {
    return [error(l10n.t("{0} cannot encrypt what it stores.", domain.instanceType), remedy)];
  }
  return domain.masterUserArn !== "" && !offered.fineGrainedAccess
    ? [error(l10n.t("{0} has no fine-grained access control.", domain.instanceType), remedy)]
    : [];
}

function* limitChecks(domain: PipelineDefinition["domain"], { maxCount, volumes }: InstanceLimits): Iterable<Check> {
  if (maxCount !== undefined && domain.instanceCount > maxCount) {
    yield error(
      l10n.t(
        "A domain has at most {0} nodes of type {1} here, and this asks for {2}.",
        maxCount,
        domain.instanceType,
        domain.instanceCount,
      ),
      l10n.t("Choose fewer nodes or another type, or ask for a higher quota in Service Quotas (Amazon OpenSearch Service)."),
    );
  }
  const volume = volumes.find(({ type }) => type === domain.volumeType);
  if (volumes.length > 0 && volume === undefined) {
    yield error(
      l10n.t("{0} has no {1} volumes.", domain.instanceType, domain.volumeType),
      l10n.t("Offered are: {0}.", volumes.map(({ type }) => type).join(", ")),
    );
  }
  if (volume !== undefined && (domain.volumeGb < volume.minGb || domain.volumeGb > volume.maxGb)) {
    yield error(
      l10n.t("A node of type {0} holds {1} to {2} GiB of {3}.", domain.instanceType, volume.minGb, volume.maxGb, volume.type),
      l10n.t('Choose "domain": {"volumeGb": …} within these, or another type.'),
    );
  }
}

/** Without the role that OpenSearch Service acts with in a VPC, the creation of the domain fails after minutes. */
export async function serviceLinkedRole({ aws, definition }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  if (!createsDomain(definition) || definition.domain.subnetIds.length === 0) {
    return [];
  }
  const names = ["AWSServiceRoleForAmazonOpenSearchService", "AWSServiceRoleForAmazonElasticsearchService"];
  const found = await Promise.all(names.map((name) => aws.iam.findRole(name, signal)));
  return found.some((role) => role !== undefined)
    ? []
    : [
        error(
          l10n.t("The account has no service-linked role of OpenSearch Service, which a domain inside a VPC needs."),
          l10n.t("Create it once: aws iam create-service-linked-role --aws-service-name opensearchservice.amazonaws.com"),
        ),
      ];
}

/** A stream reaches a domain inside a VPC through subnets of its own, and no public one that way. */
export async function existingDomain({ aws, definition }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const { existing, stream, domain } = definition;
  if (existing.domain === undefined || existing.stream !== undefined || stream.destination !== "opensearch") {
    return [];
  }
  const name = existing.domain;
  const found = await ifFound(() => aws.domains.get(name, signal));
  if (found === undefined) {
    return [
      error(l10n.t("There is no domain {0}.", name), l10n.t('Make it, or take it out of "existing": then the pipeline makes its own.')),
    ];
  }
  if (found.inVpc === domain.subnetIds.length > 0) {
    return [];
  }
  return [
    found.inVpc
      ? error(
          l10n.t("The domain {0} is inside a VPC, and the stream needs subnets there.", name),
          l10n.t('Give "domain": {"subnetIds": […], "securityGroupIds": […]} of its VPC.'),
        )
      : error(l10n.t("The domain {0} is not inside a VPC.", name), l10n.t('Take "subnetIds" out of "domain".')),
  ];
}
