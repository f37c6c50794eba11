import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { regionHints } from "../../../../src/core/aws/regions";
import { targetOf } from "../../../../src/core/pipeline/definition";
import { definitionRules } from "../../../../src/core/pipeline/definitionRules";
import { definitionSchema } from "../../../../src/core/pipeline/definitionSchema";
import { checkPipeline, parseDefinition } from "../../../../src/core/pipeline/parse";

const least = { version: 1, name: "demo", region: "us-east-1", preset: "recommended" };
const tutorial = { ...least, preset: "tutorial", allowedAddresses: ["203.0.113.7/32"] };
const parse = (value: object) => parseDefinition(JSON.stringify(value));
const codes = (value: object): string[] => checkPipeline(JSON.stringify(value)).map((one) => one.code);

test("the tutorial preset fills in the tutorial's own values", () => {
  const { definition, problems } = parse(tutorial);
  assert.deepEqual(
    problems.map((one) => [one.code, one.severity]),
    [["APD024", "information"]],
  );
  assert.equal(definition?.domain.name, "example-domain");
  assert.equal(definition?.domain.engineVersion, "Elasticsearch_7.1");
  assert.deepEqual(
    [definition?.domain.instanceType, definition?.domain.instanceCount, definition?.domain.volumeGb],
    ["t2.medium.search", 2, 35],
  );
  assert.equal(definition?.stream.name, "Example-Stream");
  assert.equal(definition?.roles.machine, "AS2-KinesisAgent-Role");
  assert.deepEqual(
    definition?.image.applications.map((one) => one.name),
    ["Firefox", "PowerShell"],
  );
});

test("four keys are a complete recommended definition without a problem", () => {
  const { definition, problems } = parse(least);
  assert.deepEqual(problems, []);
  assert.deepEqual(definition && targetOf(definition), {
    stream: "demo-stream",
    region: "us-east-1",
    domain: "demo",
    index: "demo",
    rotated: true,
  });
});

test("a key of the file overrides the preset and leaves its neighbours alone", () => {
  const { definition } = parse({ ...tutorial, stream: { name: "Other", bufferSeconds: 300 } });
  assert.deepEqual([definition?.stream.name, definition?.stream.bufferSeconds, definition?.stream.index], ["Other", 300, "example"]);
  assert.equal(definition?.logs.group, "/aws/kinesisfirehose/Other");
});

const master = "arn:aws:iam::123456789012:role/admin";
const inVpc = { subnetIds: ["subnet-12345678", "subnet-87654321"], securityGroupIds: ["sg-12345678"] };
const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:one-AbCdEf";

const cases: readonly (readonly [string, object, readonly string[]])[] = [
  ["a missing region", { version: 1, name: "demo", preset: "recommended" }, ["APD004"]],
  ["an unknown key", { ...least, regoin: "x" }, ["APD003"]],
  ["a wrong type", { ...least, allowedAddresses: "203.0.113.7/32" }, ["APD002"]],
  ["an unknown preset", { ...least, preset: "Tutorial" }, ["APD005"]],
  ["a later version", { ...least, version: 2 }, ["APD005"]],
  ["no address for the tutorial's domain", { ...tutorial, allowedAddresses: [] }, ["APD010", "APD024"]],
  ["an address that is none", { ...least, allowedAddresses: ["203.0.113.300"] }, ["APD011"]],
  ["an IPv6 block", { ...least, allowedAddresses: ["2001:db8::/48"] }, []],
  ["the whole internet", { ...least, allowedAddresses: ["0.0.0.0/0"] }, ["APD014"]],
  ["addresses on a VPC domain", { ...least, allowedAddresses: ["203.0.113.7/32"], domain: inVpc }, ["APD012"]],
  ["one subnet for two zones", { ...least, domain: { ...inVpc, subnetIds: ["subnet-12345678"] } }, ["APD028"]],
  ["two subnets for one zone", { ...least, domain: { ...inVpc, zoneAwareness: false } }, ["APD028"]],
  ["a VPC without security groups", { ...least, domain: { ...inVpc, securityGroupIds: [] } }, ["APD029"]],
  [
    "subnets beside an existing domain",
    { ...least, existing: { domain: "shared" }, domain: { ...inVpc, subnetIds: ["subnet-12345678"] } },
    [],
  ],
  ["a private address", { ...least, allowedAddresses: ["192.168.1.0/24"] }, ["APD016"]],
  ["T2 with encryption", { ...least, domain: { instanceType: "t2.small.search", volumeType: "gp2" } }, ["APD020"]],
  ["T2 above 35 GiB", { ...tutorial, domain: { volumeGb: 36 } }, ["APD024", "APD026"]],
  ["T2 with gp3", { ...tutorial, domain: { volumeType: "gp3" } }, ["APD024", "APD027"]],
  ["T2 where there is none", { ...tutorial, region: "eu-north-1" }, ["APD022", "APD024"]],
  ["an odd number of nodes in two zones", { ...least, domain: { instanceCount: 3 } }, ["APD023"]],
  ["an index in upper case", { ...least, stream: { index: "Logs" } }, ["APD030"]],
  ["an index that begins with an underscore", { ...least, stream: { index: "_logs" } }, ["APD031"]],
  ["an unknown TLS policy", { ...least, domain: { tlsPolicy: "Policy-Min-TLS-1-3" } }, ["APD005"]],
  ["an elastic fleet", { ...least, fleet: { type: "ELASTIC" } }, ["APD040"]],
  ["an existing AppStream stack without its fleet", { ...least, existing: { appstreamStack: "Example-Stack" } }, ["APD045"]],
  ["a multi-session fleet", { ...least, fleet: { maxSessionsPerInstance: 5 } }, ["APD041"]],
  ["a fleet without any way out", { ...least, fleet: { defaultInternetAccess: false } }, ["APD043"]],
  ["a pipeline name that is no domain name", { ...least, name: "ab" }, ["APD050"]],
  ["a Splunk destination without address and secret", { ...least, stream: { destination: "splunk" } }, ["APD034", "APD035"]],
  ["fine-grained access without encryption", { ...least, domain: { masterUserArn: master, nodeToNodeEncryption: false } }, ["APD013"]],
  ["a very large block", { ...least, allowedAddresses: ["10.0.0.0/7"] }, ["APD015"]],
  ["eleven T2 nodes", { ...tutorial, domain: { instanceCount: 11 } }, ["APD021", "APD024"]],
  ["an engine with document types", { ...least, domain: { engineVersion: "Elasticsearch_6.8" } }, ["APD025"]],
  ["an engine out of support with the recommended preset", { ...least, domain: { engineVersion: "Elasticsearch_7.4" } }, ["APD024"]],
  ["a buffer above a domain's", { ...least, stream: { bufferMegabytes: 101 } }, ["APD032"]],
  ["a buffer above what T2 takes", { ...tutorial, stream: { bufferMegabytes: 20 } }, ["APD024", "APD033"]],
  [
    "Redshift without a table",
    { ...least, stream: { destination: "redshift", url: "jdbc:redshift://c.abc.us-east-1.redshift.amazonaws.com:5439/dev", secretArn } },
    ["APD036"],
  ],
  ["an address without https", { ...least, stream: { destination: "httpEndpoint", url: "http://x.example", secretArn } }, ["APD034"]],
  ["101 instances with default internet access", { ...least, fleet: { desiredInstances: 101 } }, ["APD042"]],
  ["an idle timeout of half a minute", { ...least, fleet: { idleDisconnectTimeoutSeconds: 30 } }, ["APD044"]],
  ["an image that is named like AWS's own", { ...least, image: { name: "AppStream-mine" } }, ["APD051"]],
  ["a bucket name of a reserved form", { ...least, bucket: { name: "logs-s3alias" } }, ["APD052"]],
  [
    "a derived role name that is too long",
    { ...least, name: "demo-of-a-long-pipeline-name", region: "xx-northernandsouthern-regional-1" },
    ["APD053", "APD053"],
  ],
  ["two roles that differ in case only", { ...least, roles: { delivery: "Role", machine: "role" } }, ["APD054"]],
  ["an isolated Region", { ...least, region: "us-iso-east-1" }, ["APD055"]],
  ["a name that begins with aws", { ...least, name: "awslogs" }, ["APD051", "APD056"]],
  ["a tag of AWS's own", { ...least, tags: { "aws:x": "1" } }, ["APD061"]],
  ["a tag of the pipeline's own", { ...least, tags: { "appstream-monitor:pipeline": "1" } }, ["APD061"]],
  ["five tags", { ...least, tags: { a: "1", b: "2", c: "3", d: "4", e: "5" } }, ["APD060"]],
];

for (const [name, value, expected] of cases) {
  test(`${name} gives ${expected.length === 0 ? "no problem" : expected.join(" and ")}`, () => {
    assert.deepEqual(codes(value).sort(), expected);
  });
}

test("every rule has a case, and every problem a whole sentence with what to do", () => {
  const elsewhere = ["APD001", "APD006"];
  const covered = new Set([...elsewhere, ...cases.flatMap(([, , expected]) => expected)]);
  assert.deepEqual(
    definitionRules.map((rule) => rule.code).filter((code) => !covered.has(code)),
    [],
  );
  for (const [name, value] of cases) {
    for (const { message } of checkPipeline(JSON.stringify(value)).filter((one) => one.code >= "APD010")) {
      assert.match(
        message,
        /\b(choose|give|name your|name a|name that|use|write|turn|remove|needs?|must|OpenSearch_2\.19 has none|behind which you are)\b/i,
        name,
      );
    }
    for (const { message } of checkPipeline(JSON.stringify(value))) {
      assert.match(message, /^\S.{15,}[.?]$/, name);
    }
  }
});

test("every Region of the picker can stand in a definition", () => {
  assert.deepEqual(
    regionHints.filter(([region]) => codes({ ...least, region }).length > 0),
    [],
  );
});

test("a key that stands twice is told", () => {
  assert.deepEqual(
    checkPipeline('{"version":1,"name":"demo","name":"other","region":"us-east-1","preset":"recommended"}').map((one) => one.code),
    ["APD006"],
  );
});

test("text that is not JSON gives a problem at its place and no definition", () => {
  const text = '{"version":1,"name":}';
  const { definition, problems } = parseDefinition(text);
  assert.equal(definition, undefined);
  assert.equal(problems[0]?.code, "APD001");
  assert.equal(problems[0]?.span.start, text.indexOf("}"));
});

test("broken JSON is one problem with a sentence, wherever it breaks", () => {
  const whole = '{"version":1,"name":"demo","preset":"tutorial","allowedAddresses":["192.0.2.1/32"]}';
  const broken = [
    ...Array.from({ length: whole.length - 1 }, (_, length) => whole.slice(0, length + 1)),
    '{ // note\n"version":1}',
    "{“version”:1}",
    '{"version":1,}',
    '{"version":01}',
    '{"name":"a\\q"}',
    '{"name":"a\tb"}',
    '{"version":1} 2',
  ];
  for (const text of broken) {
    const problems = checkPipeline(text);
    assert.deepEqual([problems.length, problems[0]?.code], [1, "APD001"], text);
    assert.match(problems[0]?.message ?? "", /^This is not valid JSON: [a-z][^.]*\.$/, text);
  }
});

test("a misspelt key offers the right one", () => {
  const problem = checkPipeline(JSON.stringify({ ...least, allowedAdresses: [] }))[0];
  assert.equal(problem?.fixes?.[0]?.edits[0]?.text, '"allowedAddresses"');
});

test("the schema that the extension ships is the one in the code", () => {
  assert.deepEqual(JSON.parse(readFileSync("media/appstream-pipeline.schema.json", "utf8")), JSON.parse(JSON.stringify(definitionSchema)));
});

const olderFiles = ['{"name":"demo","region":"us-east-1","preset":"recommended"}', JSON.stringify({ ...least, version: 0 })];
for (const text of [...olderFiles, JSON.stringify({ ...least, version: "1" })]) {
  test(`one fix brings ${text.slice(0, 20)}… to the present version`, () => {
    const [problem] = checkPipeline(text);
    const [edit] = problem?.fixes?.[0]?.edits ?? [];
    assert.ok(edit);
    assert.deepEqual(checkPipeline(text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end)), []);
  });
}

test("a file of a later version is not brought back by a fix", () => {
  const [problem] = checkPipeline(JSON.stringify({ ...least, version: 2 }));
  assert.deepEqual([problem?.code, problem?.fixes], ["APD005", undefined]);
});
