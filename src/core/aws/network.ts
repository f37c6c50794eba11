/** A subnet as EC2 describes it. */
export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly freeAddresses: number;
}

export interface SecurityGroup {
  readonly id: string;
  readonly vpcId: string;
}

export interface RouteTable {
  readonly vpcId: string;
  /** The VPC's own: that of every subnet without one of its own. */
  readonly isMain: boolean;
  readonly subnetIds: readonly string[];
  /** Where traffic to the internet goes, such as igw-… or nat-…; absent: nowhere. */
  readonly internetTarget?: string;
}

/** What of EC2 a deployment into a network asks for. Ids that do not exist are left out of the answers. */
export interface NetworkPort {
  subnets(ids: readonly string[], signal?: AbortSignal): Promise<readonly Subnet[]>;
  securityGroups(ids: readonly string[], signal?: AbortSignal): Promise<readonly SecurityGroup[]>;
  routeTables(vpcIds: readonly string[], signal?: AbortSignal): Promise<readonly RouteTable[]>;
}
