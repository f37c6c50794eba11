import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { createAws } from "../../../src/aws/createAws";
import type { Aws } from "../../../src/core/aws/ports";
import type { AppError } from "../../../src/core/errors";
import { startStub, type Stub, type StubAnswer, type StubRequest } from "./stub";

let stub: Stub | undefined;

afterEach(async () => {
  await stub?.close();
  stub = undefined;
});

async function awsWith(answer: (request: StubRequest, count: number) => StubAnswer): Promise<Aws> {
  stub = await startStub(answer);
  const credentials = { accessKeyId: "AKID", secretAccessKey: "SECRET" };
  return createAws({ kind: "aws", region: "eu-west-1", endpoint: stub.endpoint, credentials, epoch: 1 });
}

const answerOf = (operation: string, content: string): StubAnswer => ({
  body: `<?xml version="1.0" encoding="UTF-8"?><${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId>${content}</${operation}Response>`,
});
const refused = (code: string, message: string, status = 400): StubAnswer => ({
  status,
  body: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>1</RequestID></Response>`,
});

test("subnets are asked for by a filter, signed for ec2, page after page", async () => {
  const subnet = (id: string): string =>
    `<item><subnetId>${id}</subnetId><vpcId>vpc-1</vpcId><availabilityZone>eu-west-1a</availabilityZone><availableIpAddressCount>251</availableIpAddressCount><tagSet><item><key>a</key><value>&lt;b&gt;</value></item></tagSet></item>`;
  const aws = await awsWith(({ body }) =>
    body.includes("NextToken=more")
      ? answerOf("DescribeSubnets", `<subnetSet>${subnet("subnet-2")}</subnetSet>`)
      : answerOf("DescribeSubnets", `<nextToken>more</nextToken><subnetSet>${subnet("subnet-1")}</subnetSet>`),
  );
  const of = (id: string): object => ({ id, vpcId: "vpc-1", zone: "eu-west-1a", freeAddresses: 251 });
  assert.deepEqual(await aws.network.subnets(["subnet-1", "subnet-2"]), [of("subnet-1"), of("subnet-2")]);
  const [first] = stub?.requests ?? [];
  assert.deepEqual(Object.fromEntries(new URLSearchParams(first?.body)), {
    ...{ Action: "DescribeSubnets", Version: "2016-11-15", "Filter.1.Name": "subnet-id" },
    ...{ "Filter.1.Value.1": "subnet-1", "Filter.1.Value.2": "subnet-2" },
  });
  assert.match(first?.headers.authorization ?? "", /Credential=AKID\/\d+\/eu-west-1\/ec2\/aws4_request/);
});

test("what does not exist is an empty answer", async () => {
  const aws = await awsWith(() => answerOf("DescribeSecurityGroups", "<securityGroupInfo/>"));
  assert.deepEqual(await aws.network.securityGroups(["sg-1"]), []);
});

test("a route table says where the internet is, and a broken route leads nowhere", async () => {
  const route = (destination: string, target: string, state = "active"): string =>
    `<item><destinationCidrBlock>${destination}</destinationCidrBlock>${target}<state>${state}</state></item>`;
  const table = (main: boolean, subnet: string, routes: string): string =>
    `<item><vpcId>vpc-1</vpcId><associationSet><item><main>${main}</main>${subnet}</item></associationSet><routeSet>${routes}</routeSet></item>`;
  const aws = await awsWith(() =>
    answerOf(
      "DescribeRouteTables",
      `<routeTableSet>${[
        table(true, "", route("10.0.0.0/16", "<gatewayId>local</gatewayId>") + route("0.0.0.0/0", "<natGatewayId>nat-1</natGatewayId>")),
        table(false, "<subnetId>subnet-1</subnetId>", route("0.0.0.0/0", "<gatewayId>igw-1</gatewayId>")),
        table(false, "<subnetId>subnet-2</subnetId>", route("0.0.0.0/0", "<gatewayId>igw-2</gatewayId>", "blackhole")),
      ].join("")}</routeTableSet>`,
    ),
  );
  assert.deepEqual(await aws.network.routeTables(["vpc-1"]), [
    { vpcId: "vpc-1", isMain: true, subnetIds: [], internetTarget: "nat-1" },
    { vpcId: "vpc-1", isMain: false, subnetIds: ["subnet-1"], internetTarget: "igw-1" },
    { vpcId: "vpc-1", isMain: false, subnetIds: ["subnet-2"] },
  ]);
});

for (const [what, answer, reason, text] of [
  [
    "a missing right",
    refused("UnauthorizedOperation", "You are not authorized to perform ec2:DescribeSubnets", 403),
    "accessDenied",
    /DescribeSubnets/,
  ],
  ["expired credentials", refused("RequestExpired", "Request has expired."), "expiredCredentials", /expired/],
  ["a page of a proxy", { status: 502, body: "<html>Bad Gateway" }, "network", /Bad Gateway/],
] as const) {
  test(`${what} is our error`, async () => {
    const aws = await awsWith(() => answer);
    await assert.rejects(aws.network.subnets(["subnet-1"]), (thrown: AppError) => {
      assert.match(thrown.message, text);
      assert.equal(thrown.reason, reason);
      return true;
    });
  });
}

test("a service that asks to slow down is asked again", async () => {
  const aws = await awsWith((_request, count) =>
    count < 3 ? refused("RequestLimitExceeded", "Request limit exceeded.", 503) : answerOf("DescribeSubnets", "<subnetSet/>"),
  );
  assert.deepEqual(await aws.network.subnets(["subnet-1"]), []);
  assert.equal(stub?.requests.length, 3);
});
