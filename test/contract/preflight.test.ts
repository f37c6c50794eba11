import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../src/core/errors";
import { Deployment } from "../../src/core/pipeline/deployment";
import { previewText } from "../../src/core/pipeline/previewText";
import { definition, empty, startAccount, type Account } from "./pipelineAccount";

// The sandbox's networks: 0 has an internet gateway (zones a, b, c, and a full subnet), 1 a NAT gateway, 2 no way out.
const subnet = (network: number, at: number): string => `subnet-0123456789abcde${network}${at}`;
const group = (network: number): string => `sg-0123456789abcde${network}0`;
const vpcDomain = { subnetIds: [subnet(1, 0), subnet(1, 1)], securityGroupIds: [group(1)] };
const natFleet = { defaultInternetAccess: false, subnetIds: [subnet(1, 0), subnet(1, 1)], securityGroupIds: [group(1)] };

const refusals: readonly (readonly [what: string, more: object, text: RegExp, remedy: RegExp])[] = [
  [
    "an instance type that the Region does not offer",
    { domain: { instanceType: "z9.huge.search" } },
    /z9\.huge\.search is not offered in us-east-1 with OpenSearch_2\.19/,
    /Offered are: /,
  ],
  [
    "an engine that is not offered",
    { domain: { engineVersion: "OpenSearch_2.99" } },
    /OpenSearch_2\.99 is not offered in us-east-1/,
    /Offered are: .*OpenSearch_2\.19/,
  ],
  [
    "a volume above what the type holds",
    { domain: { instanceType: "m6g.large.search", volumeGb: 2000 } },
    /m6g\.large\.search holds 10 to 512 GiB of gp3/,
    /volumeGb/,
  ],
  ["a subnet that does not exist", { fleet: { subnetIds: ["subnet-00000000"] } }, /no subnet subnet-00000000 in us-east-1/, /VPC console/],
  [
    "a security group that does not exist",
    { fleet: { subnetIds: [subnet(0, 0)], securityGroupIds: ["sg-00000000"] } },
    /no security group sg-00000000/,
    /VPC console/,
  ],
  [
    "a security group of another VPC",
    { fleet: { ...natFleet, securityGroupIds: [group(0)] } },
    /sg-\w+ is in another VPC than the subnets of the fleet/,
    /"fleet\.securityGroupIds" of vpc-/,
  ],
  [
    "subnets of two VPCs",
    { fleet: { ...natFleet, subnetIds: [subnet(0, 0), subnet(1, 0)] } },
    /subnets of the fleet are in several VPCs: vpc-\w+, vpc-\w+/,
    /of one VPC/,
  ],
  [
    "default internet access without an internet gateway",
    { fleet: { subnetIds: [subnet(1, 0)] } },
    /no route to an internet gateway/,
    /NAT gateway/,
  ],
  [
    "a subnet without room",
    { fleet: { subnetIds: [subnet(0, 3)] } },
    /subnets of the fleet have 0 free addresses, and it needs 1/,
    /more free addresses/,
  ],
  [
    "both nodes' subnets in one zone",
    { domain: { ...vpcDomain, subnetIds: [subnet(0, 0), subnet(0, 3)], securityGroupIds: [group(0)] } },
    /Both subnets of the domain are in the availability zone us-east-1a/,
    /zoneAwareness/,
  ],
  ["a domain inside a VPC without the service-linked role", { domain: vpcDomain }, /no service-linked role/, /create-service-linked-role/],
  [
    "the account of somebody else",
    { account: "111122223333" },
    /for account 111122223333, but you are connected to 123456789012/,
    /profile/,
  ],
];

for (const [what, more, text, remedy] of refusals) {
  test(`${what}: refused with a remedy before anything is created`, async (context) => {
    const account = await startAccount(context);
    const pipeline = definition(more);
    const { checks } = await new Deployment(account.deps(), pipeline, {}).preview();
    const found = checks.find((check) => check.severity === "error" && text.test(check.text));
    assert.ok(found, JSON.stringify(checks));
    assert.match(found.remedy ?? "", remedy);
    await assert.rejects(account.deploy(pipeline), AppError);
    assert.deepEqual(await account.inventory(), empty);
  });
}

const allowVpc = (account: Account): Promise<unknown> =>
  account.invoke("iam", "CreateServiceLinkedRole", { AWSServiceName: "opensearchservice.amazonaws.com" });

test("a pipeline inside a VPC is deployed, used by a second one, and destroyed", async (context) => {
  const account = await startAccount(context);
  await allowVpc(account);
  const pipeline = definition({ domain: vpcDomain, fleet: natFleet });
  assert.deepEqual(await account.deploy(pipeline).then(({ state, recordFound }) => [state, recordFound]), ["complete", undefined]);
  assert.equal((await account.aws.domains.get("demo")).inVpc, true);
  assert.ok(account.events.some((event) => event.kind === "note" && event.text.startsWith("The domain is inside a VPC")));
  const [fleet] = (await account.aws.appstream.listFleets({ names: ["demo-fleet"] })).items;
  assert.equal(fleet?.state, "RUNNING");

  const second = { name: "second", existing: { domain: "demo", image: "demo-image" } };
  await assert.rejects(account.deploy(definition(second)), /domain demo is inside a VPC, and the stream needs subnets there/);
  const reached = definition({ ...second, domain: vpcDomain, fleet: natFleet });
  assert.equal((await account.deploy(reached)).state, "complete");
  assert.deepEqual((await account.destruction(reached).execute({ emptyBuckets: true })).remains, []);
  assert.deepEqual((await account.destruction(pipeline).execute({ emptyBuckets: true })).remains, []);
  assert.deepEqual(await account.inventory(), empty);
});

for (const [region, partition] of [
  ["us-gov-west-1", "aws-us-gov"],
  ["cn-north-1", "aws-cn"],
] as const) {
  test(`in ${region} every ARN is of the partition ${partition}, and the pipeline works there`, async (context) => {
    const account = await startAccount(context, 100, region);
    const pipeline = definition({ region });
    const deployment = new Deployment(account.deps(), pipeline, {});
    const preview = await deployment.preview();
    const arns = previewText(pipeline, preview, { who: "SANDBOX", region }).match(/arn:(?!\$\{AWS::Partition\})[^:]+/g) ?? [];
    assert.deepEqual([...new Set(arns)], [`arn:${partition}`]);
    assert.equal((await deployment.execute(preview, { wait: true })).recordFound, true);
    const stream = await account.aws.streams.get("demo-stream");
    const { bucketArn = "", roleArn = "", domainArn = "" } = stream.destination ?? {};
    for (const arn of [stream.arn, bucketArn, roleArn, domainArn]) {
      assert.ok(arn.startsWith(`arn:${partition}:`), arn);
    }
    assert.deepEqual((await account.destruction(pipeline).execute({ emptyBuckets: true })).remains, []);
    assert.deepEqual(await account.inventory(), empty);
  });
}

test("a change is asked of the Region too, and what the domain has already is not", async (context) => {
  const account = await startAccount(context);
  await account.deploy(definition());
  const texts = async (more: object): Promise<readonly string[]> => {
    const deployment = new Deployment(account.deps(), definition(more), {});
    const preview = await deployment.preview();
    await deployment.discard(preview);
    return preview.checks.filter(({ severity }) => severity === "error").map(({ text }) => text);
  };
  assert.deepEqual(await texts({ domain: { instanceType: "z9.huge.search" } }), [
    "z9.huge.search is not offered in us-east-1 with OpenSearch_2.19.",
  ]);
  assert.match((await texts({ domain: { instanceType: "m6g.large.search", volumeGb: 600 } })).join(), /holds 10 to 512 GiB/);
  account.fault("accessDenied", "es:ListVersions,es:ListInstanceTypeDetails");
  assert.deepEqual(await texts({}), []);
});

test("a way out that may be missing is a warning, and so are networks that may not be looked at", async (context) => {
  const account = await startAccount(context);
  const warnings = async (fleet: object): Promise<readonly string[]> => {
    const deployment = new Deployment(account.deps(), definition({ fleet: { ...natFleet, ...fleet } }), {});
    const preview = await deployment.preview();
    await deployment.discard(preview);
    return preview.checks
      .filter(({ severity }) => severity !== "ok")
      .map(({ severity, text, remedy }) => `${severity}: ${text} ${remedy ?? ""}`);
  };
  assert.deepEqual(await warnings({}), []);
  const [closed = "", ...more] = await warnings({ subnetIds: [subnet(2, 0)], securityGroupIds: [group(2)] });
  assert.match(closed, /^warning: .*interface endpoint\. .*com\.amazonaws\.us-east-1\.kinesis-firehose/);
  assert.deepEqual(more, []);
  const [open = ""] = await warnings({ subnetIds: [subnet(0, 0)], securityGroupIds: [group(0)] });
  assert.match(open, /^warning: .*no public address.*defaultInternetAccess/);
  account.fault("accessDenied", "ec2:*,es:ListInstanceTypeDetails");
  const denied = await warnings({});
  assert.equal(denied.length, 2, denied.join("\n"));
  assert.ok(
    denied.every((one) => /^warning: Not checked: .*(ec2:Describe|ListInstanceTypeDetails)/.test(one)),
    denied.join("\n"),
  );
});
