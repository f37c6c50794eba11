import * as l10n from "@vscode/l10n";
import type { RouteTable, Subnet } from "../aws/network";
import { createsDomain, runningInstances, type PipelineDefinition } from "./definition";
import type { Check, PreflightInput } from "./preflight";

/** A resource that is put into subnets. */
interface Placement {
  readonly what: string;
  /** Where its subnets stand in the definition. */
  readonly key: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Addresses that it takes in each subnet, or in all of them together. */
  readonly addresses: { readonly count: number; readonly each: boolean };
  readonly zones: number;
}

const error = (text: string, remedy: string): Check => ({ severity: "error", text, remedy });
const warning = (text: string, remedy: string): Check => ({ severity: "warning", text, remedy });

/** Subnets and security groups exist, fit together, have room, and lead where the resource must get to. */
export async function networkChecks({ aws, definition }: PreflightInput, signal?: AbortSignal): Promise<readonly Check[]> {
  const placements = placementsOf(definition).filter(({ subnetIds }) => subnetIds.length > 0);
  if (placements.length === 0) {
    return [];
  }
  const subnetIds = unique(placements.flatMap((one) => one.subnetIds));
  const groupIds = unique(placements.flatMap((one) => one.securityGroupIds));
  const [subnets, groups] = await Promise.all([
    aws.network.subnets(subnetIds, signal),
    groupIds.length === 0 ? [] : aws.network.securityGroups(groupIds, signal),
  ]);
  const missing = [
    ...missingChecks(subnetIds, subnets, (id) => l10n.t("There is no subnet {0} in {1}.", id, definition.region)),
    ...missingChecks(groupIds, groups, (id) => l10n.t("There is no security group {0} in {1}.", id, definition.region)),
  ];
  if (missing.length > 0) {
    return missing;
  }
  const found = placements.flatMap((placement) => {
    const own = subnets.filter(({ id }) => placement.subnetIds.includes(id));
    const vpcs = unique(own.map(({ vpcId }) => vpcId));
    const strangers = groups.filter(({ id, vpcId }) => placement.securityGroupIds.includes(id) && !vpcs.includes(vpcId));
    return [
      ...vpcChecks(placement, vpcs),
      ...groupChecks(placement, vpcs, strangers),
      ...zoneChecks(placement, own),
      ...roomChecks(placement, own),
    ];
  });
  const used = subnets.filter(({ id }) => fleetSubnets(definition).includes(id));
  const tables = used.length === 0 ? [] : await aws.network.routeTables(unique(used.map(({ vpcId }) => vpcId)), signal);
  const all = [...found, ...used.flatMap((subnet) => routeChecks(definition, subnet, tables))];
  return all.length > 0
    ? all
    : [{ severity: "ok", text: l10n.t("Subnets and security groups are there and fit: {0}.", [...subnetIds, ...groupIds].join(", ")) }];
}

function placementsOf(definition: PipelineDefinition): readonly Placement[] {
  const { domain, fleet, existing, stream } = definition;
  const each = domain.zoneAwareness ? 2 : 1;
  const inDomain = { what: l10n.t("the domain"), key: "domain", subnetIds: domain.subnetIds, securityGroupIds: domain.securityGroupIds };
  const toDomain = stream.destination === "opensearch" && existing.stream === undefined;
  return [
    ...(createsDomain(definition)
      ? [{ ...inDomain, addresses: { count: Math.ceil(domain.instanceCount / each), each: true }, zones: each }]
      : toDomain
        ? [{ ...inDomain, what: l10n.t("the delivery stream"), addresses: { count: 1, each: true }, zones: 1 }]
        : []),
    {
      what: l10n.t("the fleet"),
      key: "fleet",
      subnetIds: fleetSubnets(definition),
      securityGroupIds: fleet.securityGroupIds,
      addresses: { count: runningInstances(definition), each: false },
      zones: 1,
    },
  ];
}

const fleetSubnets = ({ existing, fleet }: PipelineDefinition): readonly string[] => (existing.fleet === undefined ? fleet.subnetIds : []);

const unique = (values: readonly string[]): string[] => [...new Set(values)];

function missingChecks(wanted: readonly string[], found: readonly { readonly id: string }[], text: (id: string) => string): Check[] {
  return wanted
    .filter((id) => !found.some((one) => one.id === id))
    .map((id) => error(text(id), l10n.t("Look it up in the VPC console, in this Region and account, and correct the definition.")));
}

function vpcChecks({ what, key }: Placement, vpcs: readonly string[]): readonly Check[] {
  return vpcs.length <= 1
    ? []
    : [
        error(
          l10n.t("The subnets of {0} are in several VPCs: {1}.", what, vpcs.join(", ")),
          l10n.t('Choose "{0}" of one VPC.', `${key}.subnetIds`),
        ),
      ];
}

function groupChecks({ what, key }: Placement, vpcs: readonly string[], strangers: readonly { readonly id: string }[]): readonly Check[] {
  return strangers.map(({ id }) =>
    error(
      l10n.t("The security group {0} is in another VPC than the subnets of {1}.", id, what),
      l10n.t('Choose "{0}" of {1}.', `${key}.securityGroupIds`, vpcs.join(", ")),
    ),
  );
}

function zoneChecks({ what, key, zones }: Placement, subnets: readonly Subnet[]): readonly Check[] {
  const there = unique(subnets.map(({ zone }) => zone));
  return there.length >= zones
    ? []
    : [
        error(
          l10n.t("Both subnets of {0} are in the availability zone {1}.", what, there.join(", ")),
          l10n.t('Choose "{0}" in two zones, or turn "zoneAwareness" off and give one subnet.', `${key}.subnetIds`),
        ),
      ];
}

function roomChecks({ what, addresses }: Placement, subnets: readonly Subnet[]): readonly Check[] {
  const remedy = l10n.t("Choose subnets with more free addresses, or fewer instances.");
  if (addresses.each) {
    return subnets
      .filter(({ freeAddresses }) => freeAddresses < addresses.count)
      .map(({ id, freeAddresses }) =>
        error(l10n.t("The subnet {0} has {1} free addresses; {2} needs {3} there.", id, freeAddresses, what, addresses.count), remedy),
      );
  }
  const free = subnets.reduce((sum, { freeAddresses }) => sum + freeAddresses, 0);
  return free >= addresses.count
    ? []
    : [error(l10n.t("The subnets of {0} have {1} free addresses, and it needs {2}.", what, free, addresses.count), remedy)];
}

/** An instance that reaches nothing sends nothing, and a public address is of use only with an internet gateway. */
function routeChecks({ fleet, region }: PipelineDefinition, { id, vpcId }: Subnet, tables: readonly RouteTable[]): readonly Check[] {
  const table = tables.find(({ subnetIds }) => subnetIds.includes(id)) ?? tables.find((one) => one.vpcId === vpcId && one.isMain);
  const target = table?.internetTarget;
  const toGateway = target?.startsWith("igw-") === true;
  if (fleet.defaultInternetAccess) {
    return toGateway
      ? []
      : [
          error(
            l10n.t("The subnet {0} has no route to an internet gateway, without which default internet access does not work.", id),
            l10n.t('Choose public subnets, or set "defaultInternetAccess" to false and give them a NAT gateway.'),
          ),
        ];
  }
  if (target === undefined) {
    return [
      warning(
        l10n.t("The subnet {0} has no route to the internet: its instances reach Firehose only through an interface endpoint.", id),
        l10n.t("Make sure that the VPC has the endpoint com.amazonaws.{0}.kinesis-firehose with private DNS.", region),
      ),
    ];
  }
  return toGateway
    ? [
        warning(
          l10n.t("The subnet {0} leads to an internet gateway, but its instances get no public address: they reach nothing outside.", id),
          l10n.t('Set "defaultInternetAccess" to true, or choose subnets behind a NAT gateway.'),
        ),
      ]
    : [];
}
