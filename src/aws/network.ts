import { parseXML } from "@aws-sdk/xml-builder";
import type { NetworkPort, RouteTable } from "../core/aws/network";
import type { ClientOptions } from "./clientOptions";
import { present } from "./present";
import { namedError, signedPost } from "./signedPost";

const ec2 = { id: "ec2", signingName: "ec2" };
const version = "2016-11-15";

/** An element of EC2's XML: texts, and lists as `{ item: … }` with one element or several; an empty list is an empty text. */
type Xml = Readonly<Record<string, unknown>>;

/** EC2's own form of the query protocol. */
export function createNetwork(options: ClientOptions): NetworkPort {
  const list = async (
    operation: string,
    set: string,
    filter: string,
    values: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly Xml[]> => {
    const found: Xml[] = [];
    let token = "";
    do {
      const form = new URLSearchParams({ Action: operation, Version: version, "Filter.1.Name": filter });
      values.forEach((value, at) => {
        form.set(`Filter.1.Value.${at + 1}`, value);
      });
      if (token !== "") {
        form.set("NextToken", token);
      }
      const request = {
        headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
        body: form.toString(),
        read: (text: string) => inner(parseXML(text) as Xml, `${operation}Response`),
        refusal,
      };
      const answer = await signedPost(options, ec2, request, signal);
      found.push(...items(answer, set));
      token = textOf(answer, "nextToken");
    } while (token !== "");
    return found;
  };
  return {
    subnets: async (ids, signal) =>
      (await list("DescribeSubnets", "subnetSet", "subnet-id", ids, signal)).map((one) => ({
        id: textOf(one, "subnetId"),
        vpcId: textOf(one, "vpcId"),
        zone: textOf(one, "availabilityZone"),
        freeAddresses: Number(textOf(one, "availableIpAddressCount")),
      })),
    securityGroups: async (ids, signal) =>
      (await list("DescribeSecurityGroups", "securityGroupInfo", "group-id", ids, signal)).map((one) => ({
        id: textOf(one, "groupId"),
        vpcId: textOf(one, "vpcId"),
      })),
    routeTables: async (vpcIds, signal) => (await list("DescribeRouteTables", "routeTableSet", "vpc-id", vpcIds, signal)).map(toRouteTable),
  };
}

function toRouteTable(table: Xml): RouteTable {
  const associations = items(table, "associationSet");
  const outward = items(table, "routeSet").find(
    (route) => textOf(route, "destinationCidrBlock") === "0.0.0.0/0" && textOf(route, "state") !== "blackhole",
  );
  const targets = ["gatewayId", "natGatewayId", "transitGatewayId", "networkInterfaceId", "instanceId", "vpcPeeringConnectionId"];
  return {
    vpcId: textOf(table, "vpcId"),
    isMain: associations.some((one) => textOf(one, "main") === "true"),
    subnetIds: associations.map((one) => textOf(one, "subnetId")).filter((id) => id !== ""),
    ...present({ internetTarget: outward && targets.map((key) => textOf(outward, key)).find((id) => id !== "") }),
  };
}

function refusal(status: number, text: string): Error {
  let error: Xml = {};
  try {
    const errors = inner(inner(parseXML(text) as Xml, "Response"), "Errors");
    error = inner(errors, "Error");
  } catch {
    // A proxy's page.
  }
  return namedError(textOf(error, "Code") || undefined, textOf(error, "Message") || undefined, status, text);
}

function inner(node: Xml, name: string): Xml {
  const value = node[name];
  return typeof value === "object" && value !== null ? (value as Xml) : {};
}

function items(node: Xml, name: string): readonly Xml[] {
  const list = inner(node, name)["item"];
  return list === undefined ? [] : ([list].flat() as Xml[]);
}

function textOf(node: Xml, name: string): string {
  const value = node[name];
  return typeof value === "string" ? value : "";
}
