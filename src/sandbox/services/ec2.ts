import { Reader } from "../inputs";
import { ServiceError, type Call, type Input, type Output, type Service } from "../service";
import type { World } from "../world";
import { networks, type SandboxNetwork } from "./network";

type Filters = ReadonlyMap<string, readonly string[]>;

/** Just enough of EC2 to look at the networks that a pipeline is put into; nothing in them can be changed. */
export function createEc2(world: World): Service {
  const subnets = (call: Call): Record<string, unknown>[] =>
    networks.flatMap((network) =>
      network.subnets.map((subnet) => ({
        subnetId: subnet.id,
        vpcId: subnet.vpcId,
        state: "available",
        cidrBlock: subnet.block,
        availabilityZone: `${call.region}${subnet.zone}`,
        availableIpAddressCount: subnet.freeAddresses,
        mapPublicIpOnLaunch: hasGateway(network),
        defaultForAz: false,
        ownerId: world.account,
      })),
    );
  const groups = (): Record<string, unknown>[] =>
    networks.map(({ vpcId, securityGroupId }) => ({
      groupId: securityGroupId,
      groupName: "default",
      groupDescription: "default VPC security group",
      vpcId,
      ownerId: world.account,
    }));
  const vpcs = (): Record<string, unknown>[] =>
    networks.map(({ vpcId, block }) => ({ vpcId, cidrBlock: block, state: "available", isDefault: false, ownerId: world.account }));
  return {
    name: "ec2",
    operations: {
      DescribeSubnets: (input, call) =>
        listing(input, "subnetSet", subnets(call), "SubnetId", { "subnet-id": "subnetId", "vpc-id": "vpcId" }),
      DescribeSecurityGroups: (input) =>
        listing(input, "securityGroupInfo", groups(), "GroupId", { "group-id": "groupId", "vpc-id": "vpcId" }),
      DescribeVpcs: (input) => listing(input, "vpcSet", vpcs(), "VpcId", { "vpc-id": "vpcId" }),
      DescribeRouteTables: (input) =>
        listing(
          input,
          "routeTableSet",
          networks.map((one) => toRouteTable(one, world)),
          "RouteTableId",
          { "vpc-id": "vpcId" },
        ),
    },
  };
}

const hasGateway = ({ target }: SandboxNetwork): boolean => target !== undefined && "gatewayId" in target;

function toRouteTable({ vpcId, routeTableId, block, target }: SandboxNetwork, world: World): Record<string, unknown> {
  const route = (destinationCidrBlock: string, to: object, origin: string): object => ({
    destinationCidrBlock,
    ...to,
    origin,
    state: "active",
  });
  return {
    routeTableId,
    vpcId,
    ownerId: world.account,
    associationSet: [{ routeTableAssociationId: routeTableId.replace("rtb-", "rtbassoc-"), routeTableId, main: true }],
    routeSet: [
      route(block, { gatewayId: "local" }, "CreateRouteTable"),
      ...(target === undefined ? [] : [route("0.0.0.0/0", target, "CreateRoute")]),
    ],
  };
}

/** By filters, whose unknown values find nothing, or by ids, which must all be there. */
function listing(
  input: Input,
  set: string,
  all: readonly Record<string, unknown>[],
  idName: string,
  members: Readonly<Record<string, string>>,
): Output {
  const filters = readFilters(input, Object.keys(members));
  const ids = new Reader(input, "InvalidParameterValue").texts(idName);
  const idMember = idName.charAt(0).toLowerCase() + idName.slice(1);
  const missing = ids.find((id) => !all.some((one) => one[idMember] === id));
  if (missing !== undefined) {
    throw new ServiceError(`Invalid${idName.replace(/Id$/, "ID")}.NotFound`, `The ${idMember} '${missing}' does not exist`);
  }
  const found = all
    .filter((one) => ids.length === 0 || ids.includes(String(one[idMember])))
    .filter((one) => [...filters].every(([name, values]) => values.includes(String(one[members[name] ?? ""]))));
  return { [set]: found };
}

function readFilters(input: Input, known: readonly string[]): Filters {
  return new Map(
    new Reader(input, "InvalidParameterValue").structures("Filter").map((filter) => {
      const name = filter.requiredText("Name");
      if (!known.includes(name)) {
        throw new ServiceError("InvalidParameterValue", `The filter '${name}' is invalid`);
      }
      return [name, filter.texts("Value")] as const;
    }),
  );
}
