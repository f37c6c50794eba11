import { takeFault } from "../../faults";
import { textOr } from "../../search/json";
import { assumable, decideForRole } from "../iam/roles";
import { domainsOf } from "../opensearch/domains";
import type { World } from "../../world";
import { asObject, searchKinds, type Destination } from "./destinations";
import { invalidArgument } from "./validation";

/** Refuses a destination whose role Firehose cannot assume, or whose role cannot see the domain. */
export function checkRoles(world: World, { kind, description }: Destination): void {
  const s3 = asObject(description["S3DestinationDescription"]);
  const roles = [description["RoleARN"], s3["RoleARN"]].filter((role) => typeof role === "string");
  for (const role of new Set(roles)) {
    if (takeFault(world, "firehoseAssumeRole") || assumable(world, role, "firehose.amazonaws.com") !== "yes") {
      throw invalidArgument(`Firehose is unable to assume role ${role}. Please check the role provided.`);
    }
  }
  if (searchKinds.includes(kind) && typeof description["DomainARN"] === "string") {
    checkDomain(world, textOr(description["RoleARN"], ""), description["DomainARN"]);
    checkNetwork(world, description["DomainARN"], asObject(description["VpcConfigurationDescription"]));
    checkType(world, description["DomainARN"], textOr(description["TypeName"], ""));
  }
}

function checkDomain(world: World, role: string, domain: string): void {
  const exists = [...domainsOf(world).values()].some((each) => each.ARN === domain);
  const actions = ["es:DescribeDomain", "es:DescribeElasticsearchDomain"];
  const mayDescribe = actions.some((action) => decideForRole(world, role, { action, resource: domain }) === "allowed");
  if (!exists || !mayDescribe) {
    throw invalidArgument(`The domain ${domain} cannot be described. Verify that the IAM role has access to the domain.`);
  }
}

/** A domain inside a VPC is reached through subnets there, and only such a one. */
function checkNetwork(world: World, arn: string, network: Record<string, unknown>): void {
  const domain = [...domainsOf(world).values()].find((each) => each.ARN === arn);
  const subnets = Array.isArray(network["SubnetIds"]) ? network["SubnetIds"] : [];
  const groups = Array.isArray(network["SecurityGroupIds"]) ? network["SecurityGroupIds"] : [];
  if (domain?.VPCOptions !== undefined && (subnets.length === 0 || groups.length === 0)) {
    throw invalidArgument("VpcConfiguration with SubnetIds and SecurityGroupIds must be specified for a domain in a VPC");
  }
  if (domain?.VPCOptions === undefined && subnets.length > 0) {
    throw invalidArgument("VpcConfiguration can be specified only for a domain in a VPC");
  }
}

/** Engines from 7 on have no types. */
function checkType(world: World, arn: string, type: string): void {
  const domain = [...domainsOf(world).values()].find((each) => each.ARN === arn);
  if (type !== "" && domain !== undefined && !/^Elasticsearch_[1-6]\./.test(domain.EngineVersion)) {
    throw invalidArgument(`TypeName must be empty for a domain of ${domain.EngineVersion}.`);
  }
}
