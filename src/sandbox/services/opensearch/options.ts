import { type Reader } from "../../inputs";
import { passwordHash } from "../../search/security/check";
import { type Call } from "../../service";
import { findSubnet } from "../network";
import { type DomainItem } from "./domains";
import { invalid } from "./rules";

export function options(reader: Reader, name: string, fallback: Record<string, unknown>): Record<string, unknown> {
  const given = reader.structure(name) === undefined ? {} : (reader.raw(name) as Record<string, unknown>);
  return { ...fallback, ...given };
}

export function toVpc(reader: Reader, call: Call): Record<string, unknown> {
  const vpc = reader.structure("VPCOptions");
  const subnets = (vpc?.texts("SubnetIds") ?? []).map((id) => {
    const subnet = findSubnet(id);
    if (subnet === undefined) {
      throw invalid(`The subnet ID '${id}' does not exist`);
    }
    return subnet;
  });
  const cluster = reader.structure("ClusterConfig");
  const isZoned = cluster?.flag("ZoneAwarenessEnabled") === true;
  const zones = isZoned ? (cluster?.structure("ZoneAwarenessConfig")?.number("AvailabilityZoneCount") ?? 2) : 1;
  if (subnets.length !== zones) {
    throw invalid(`You must specify exactly ${["", "one subnet", "two subnets", "three subnets"][zones] ?? `${zones} subnets`}.`);
  }
  if (new Set(subnets.map(({ zone }) => zone)).size < zones) {
    throw invalid("The subnets must be in different Availability Zones.");
  }
  return {
    VPCId: subnets[0]?.vpcId ?? "",
    SubnetIds: subnets.map(({ id }) => id),
    AvailabilityZones: subnets.map(({ zone }) => `${call.region}${zone}`),
    SecurityGroupIds: vpc?.texts("SecurityGroupIds") ?? [],
  };
}

/** Without the master user: its password is nobody's to keep. */
export function toSecurity(reader: Reader): Record<string, unknown> {
  const security = reader.structure("AdvancedSecurityOptions");
  return {
    Enabled: security?.flag("Enabled") ?? false,
    InternalUserDatabaseEnabled: security?.flag("InternalUserDatabaseEnabled") ?? false,
    AnonymousAuthEnabled: security?.flag("AnonymousAuthEnabled") ?? false,
  };
}

export function toMaster(reader: Reader): Pick<DomainItem, "master"> {
  const options = reader.structure("AdvancedSecurityOptions")?.structure("MasterUserOptions");
  const [arn, name] = [options?.text("MasterUserARN"), options?.text("MasterUserName")];
  if (arn !== undefined) {
    return { master: { arn } };
  }
  return name === undefined ? {} : { master: { name, hash: passwordHash(options?.text("MasterUserPassword") ?? "") } };
}
