/** The networks of every Region of the sandbox's account: one with a way to the internet, one behind a NAT gateway, one that is closed. */

export interface SandboxSubnet {
  readonly id: string;
  readonly vpcId: string;
  /** Letter of the availability zone. */
  readonly zone: string;
  readonly block: string;
  readonly freeAddresses: number;
}

export interface SandboxNetwork {
  readonly vpcId: string;
  readonly block: string;
  readonly securityGroupId: string;
  readonly routeTableId: string;
  readonly target: { readonly gatewayId: string } | { readonly natGatewayId: string } | undefined;
  readonly subnets: readonly SandboxSubnet[];
}

function network(digit: string, zones: string, target: SandboxNetwork["target"]): SandboxNetwork {
  const vpcId = `vpc-0123456789abcde${digit}0`;
  return {
    vpcId,
    block: `10.${digit}.0.0/16`,
    securityGroupId: `sg-0123456789abcde${digit}0`,
    routeTableId: `rtb-0123456789abcde${digit}0`,
    target,
    subnets: [...zones].map((zone, at) => ({
      id: `subnet-0123456789abcde${digit}${at}`,
      vpcId,
      zone,
      block: `10.${digit}.${at}.0/24`,
      freeAddresses: at === 3 ? 0 : 251,
    })),
  };
}

export const networks: readonly SandboxNetwork[] = [
  network("0", "abca", { gatewayId: "igw-0123456789abcde00" }),
  network("1", "ab", { natGatewayId: "nat-0123456789abcde10" }),
  network("2", "ab", undefined),
];

export const findSubnet = (id: string): SandboxSubnet | undefined =>
  networks.flatMap(({ subnets }) => subnets).find((subnet) => subnet.id === id);
