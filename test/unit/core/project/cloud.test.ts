import assert from "node:assert/strict";
import { test } from "node:test";
import type { Aws, DeliveryStream, PolicyQuestion } from "../../../../src/core/aws/ports";
import type { Clock } from "../../../../src/core/clock";
import { parseDocument } from "../../../../src/core/config/document";
import { AppError } from "../../../../src/core/errors";
import { parseDefinition } from "../../../../src/core/pipeline/parse";
import { checkInProject } from "../../../../src/core/project/checkInProject";
import { CloudAnswers, freshMs } from "../../../../src/core/project/cloud/cloudAnswers";
import { checkCloud } from "../../../../src/core/project/cloud/cloudRules";
import { cloudRuleInfos } from "../../../../src/core/project/cloud/cloudRuleTable";
import { covers, grantsOf } from "../../../../src/core/project/policyGrants";

const stream = (more: Partial<DeliveryStream> = {}): DeliveryStream => ({
  name: "logs",
  arn: "arn:aws:firehose:us-east-1:123456789012:deliverystream/logs",
  status: "ACTIVE",
  sourceType: "DirectPut",
  ...more,
});

const missing = new AppError("notFound", "no such thing");

/** An account of one stream, one fleet and one role; counts what it is asked. */
class Account {
  found: DeliveryStream | AppError = stream();
  roleArn: string | undefined = "arn:aws:iam::123456789012:role/machine";
  fleetExists = true;
  decision: string | AppError = "allowed";
  policies: Record<string, string> | AppError = {};
  savedObject: { status: number; body: string } = { status: 404, body: "{}" };
  readonly asked: string[] = [];
  readonly questions: PolicyQuestion[] = [];
  /** Resolves when the stream may answer. */
  gate: Promise<void> = Promise.resolve();
  time = Date.UTC(2026, 0, 1, 12);
  readonly clock: Clock = { now: () => this.time, delay: () => Promise.reject(new Error("no waiting here")) };

  readonly aws = {
    streams: {
      get: async (name: string) => {
        this.asked.push(`stream ${name}`);
        await this.gate;
        return given(this.found);
      },
    },
    appstream: {
      listFleets: async ({ names }: { names?: readonly string[] }) => {
        this.asked.push(`fleet ${names?.join() ?? ""}`);
        return { items: this.fleetExists ? [{ name: names?.[0], iamRoleArn: this.roleArn }] : [] };
      },
    },
    iam: {
      simulate: async (question: PolicyQuestion) => {
        this.questions.push(question);
        return { "firehose:PutRecordBatch": given(this.decision) };
      },
      inlinePolicies: async () => given(this.policies),
    },
    domains: { get: async (name: string) => ({ name, endpoint: "d.example", engineVersion: "OpenSearch_2.19" }) },
    search: () => ({
      send: async ({ path }: { path: string }) => {
        this.asked.push(path);
        return { headers: {}, ...this.savedObject };
      },
    }),
  } as unknown as Aws;

  readonly failures: string[] = [];
  changes = 0;

  answers(kind: "aws" | "sandbox" = "aws", region = "us-east-1"): CloudAnswers {
    return new CloudAnswers({
      connected: { connection: { kind, region, epoch: 1 }, aws: this.aws },
      clock: this.clock,
      changed: () => void this.changes++,
      failed: (question) => void this.failures.push(question),
    });
  }
}

function given<T>(answer: T | AppError): T {
  if (answer instanceof AppError) {
    throw answer;
  }
  return answer;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

const config = (sink: object = {}): string =>
  JSON.stringify({
    Sources: [{ Id: "E", SourceType: "WindowsEventLogSource", LogName: "Application" }],
    Sinks: [
      {
        Id: "S",
        SinkType: "KinesisFirehose",
        ProfileName: "appstream_machine_role",
        Region: "us-east-1",
        StreamName: "logs",
        Format: "json",
        ...sink,
      },
    ],
    Pipes: [{ Id: "P", SourceRef: "E", SinkRef: "S" }],
  });

const definitionText = JSON.stringify({
  version: 1,
  name: "demo",
  region: "us-east-1",
  preset: "recommended",
  stream: { name: "logs", index: "events" },
  domain: { name: "demo" },
});
const definition = parseDefinition(definitionText).definition;
assert.ok(definition !== undefined);

/** Asks as often as an answer leads to another question. */
async function found(account: Account, text: string, kind: "agent" | "pipeline" = "agent", bound = false): Promise<string[]> {
  const cloud = account.answers();
  const subject = {
    file: "f",
    kind,
    document: parseDocument(text),
    ...(bound || kind === "pipeline" ? { definition: definition ?? assert.fail() } : {}),
  };
  for (let round = 0; round < 3; round++) {
    checkCloud(subject, cloud);
    await settled();
  }
  return checkCloud(subject, cloud).map(({ code, severity, span, message }) => {
    assert.equal(severity, "information");
    assert.match(message, / AWS said so at .+\.$/);
    return `${code} ${text.slice(span.start, span.end)}`;
  });
}

test("a stream that is there, active and open to records is not mentioned", async () => {
  const account = new Account();
  assert.deepEqual(await found(account, config()), []);
  assert.deepEqual(account.asked, ["stream logs"]);
});

test("each thing that is wrong with a stream is told at its place", async () => {
  const account = new Account();
  account.found = missing;
  assert.deepEqual(await found(account, config()), ['CL001 "logs"']);
  account.found = stream({ status: "CREATING" });
  assert.deepEqual(await found(account, config()), ['CL002 "logs"']);
  account.found = stream({ status: "CREATING_FAILED", failure: "no role" });
  assert.deepEqual(await found(account, config()), ['CL002 "logs"']);
  account.found = stream({ sourceType: "KinesisStreamAsSource" });
  assert.deepEqual(await found(account, config()), ['CL004 "logs"']);
});

test("a sink that sends to another Region is told when the stream is in the connection's", async () => {
  const account = new Account();
  assert.deepEqual(await found(account, config({ Region: "eu-west-1" })), ['CL003 "eu-west-1"']);
  account.found = missing;
  assert.deepEqual(await found(account, config({ Region: "eu-west-1" })), []);
});

test("names with variables and sinks of other types ask nothing", async () => {
  const account = new Account();
  assert.deepEqual(await found(account, config({ StreamName: "{env:X}" })), []);
  assert.deepEqual(await found(account, config({ SinkType: "KinesisStream" })), []);
  assert.deepEqual(account.asked, []);
});

test("a destination other than the definition's is told in the definition", async () => {
  const account = new Account();
  const arn = "arn:aws:es:us-east-1:123456789012:domain/";
  account.found = stream({ destination: { kind: "opensearch", domainArn: `${arn}demo`, indexName: "events" } });
  assert.deepEqual(await found(account, definitionText, "pipeline"), []);
  account.found = stream({ destination: { kind: "opensearch", domainArn: `${arn}other`, indexName: "else" } });
  assert.deepEqual(await found(account, definitionText, "pipeline"), ['CL005 "demo"', 'CL005 "events"']);
  account.found = stream({ destination: { kind: "s3" } });
  assert.deepEqual(await found(account, definitionText, "pipeline"), ["CL005 {"]);
});

test("a role that may not put records, or may more, or is missing, is told at the sink", async () => {
  const account = new Account();
  const written = (action: string, resource: string): Record<string, string> => ({
    p: JSON.stringify({ Statement: [{ Effect: "Allow", Action: [action], Resource: resource }] }),
  });
  account.policies = written("firehose:PutRecordBatch", stream().arn);
  assert.deepEqual(await found(account, config(), "agent", true), []);
  assert.deepEqual(account.questions.at(-1), {
    principalArn: account.roleArn,
    actions: ["firehose:PutRecordBatch"],
    resources: [stream().arn],
    context: {},
  });
  account.policies = written("firehose:PutRecordBatc?", stream().arn);
  assert.deepEqual(await found(account, config(), "agent", true), []);
  account.decision = "implicitDeny";
  assert.deepEqual(await found(account, config(), "agent", true), ['XF005 "appstream_machine_role"']);
  account.decision = "allowed";
  account.policies = written("firehose:*", "*");
  assert.deepEqual(await found(account, config(), "agent", true), ['XF005 "appstream_machine_role"']);
  account.roleArn = undefined;
  assert.deepEqual(await found(account, config(), "agent", true), ['XF003 "appstream_machine_role"']);
  account.fleetExists = false;
  assert.deepEqual(await found(account, config(), "agent", true), []);
});

test("where simulation is refused, the inline policies decide, and what they do not show is not judged", async () => {
  const account = new Account();
  account.decision = new AppError("accessDenied", "no");
  account.policies = { p: JSON.stringify({ Statement: { Effect: "Allow", Action: "firehose:Put*", Resource: "*" } }) };
  assert.deepEqual(await found(account, config(), "agent", true), ['XF005 "appstream_machine_role"']);
  account.policies = { p: JSON.stringify({ Statement: { Effect: "Allow", Action: "logs:*", Resource: "*" } }) };
  assert.deepEqual(await found(account, config(), "agent", true), []);
  account.policies = new AppError("accessDenied", "no");
  assert.deepEqual(await found(account, config(), "agent", true), []);
  assert.deepEqual(account.failures, []);
});

test("an index pattern with another time field is told at the source of events", async () => {
  const account = new Account();
  account.savedObject = { status: 200, body: '{"attributes":{"title":"events","timeFieldName":"@timestamp"}}' };
  assert.deepEqual(await found(account, config(), "agent", true), ['XF010 "WindowsEventLogSource"']);
  assert.ok(account.asked.includes("/_dashboards/api/saved_objects/index-pattern/events"));
  account.savedObject = { status: 200, body: '{"attributes":{"title":"events","timeFieldName":"TimeCreated"}}' };
  assert.deepEqual(await found(account, config(), "agent", true), []);
});

test("a pipeline of another Region than the connection's is not asked about", async () => {
  const account = new Account();
  const cloud = account.answers("aws", "eu-west-1");
  checkCloud({ file: "f", kind: "pipeline", document: parseDocument(definitionText), definition: definition ?? assert.fail() }, cloud);
  await settled();
  assert.deepEqual(account.asked, []);
});

test("an answer is kept for five minutes, then asked for anew while the old one stays", async () => {
  const account = new Account();
  const cloud = account.answers();
  assert.equal(cloud.stream("logs"), undefined);
  assert.equal(cloud.stream("logs"), undefined);
  await settled();
  assert.equal(account.asked.length, 1);
  assert.equal(account.changes, 1);
  const first = cloud.stream("logs");
  assert.equal(first?.at, account.time);
  account.time += freshMs - 1;
  assert.equal(cloud.stream("logs"), first);
  await settled();
  assert.equal(account.asked.length, 1);
  account.time += 1;
  assert.equal(cloud.stream("logs"), first);
  await settled();
  assert.equal(account.asked.length, 2);
  assert.equal(cloud.stream("logs")?.at, account.time);
  cloud.expire();
  cloud.stream("logs");
  await settled();
  assert.equal(account.asked.length, 3);
});

test("what expires while it is asked for is asked once more", async () => {
  const account = new Account();
  let open = (): void => undefined;
  account.gate = new Promise((resolve) => (open = resolve));
  const cloud = account.answers();
  cloud.stream("logs");
  cloud.expire();
  open();
  await settled();
  cloud.stream("logs");
  await settled();
  assert.equal(account.asked.length, 2);
});

test("a failure is logged, not shown, and the question waits a minute", async () => {
  const account = new Account();
  account.found = new AppError("network", "no line");
  const cloud = account.answers();
  cloud.stream("logs");
  await settled();
  assert.deepEqual([account.failures, account.changes], [["stream logs"], 0]);
  cloud.stream("logs");
  await settled();
  assert.equal(account.asked.length, 1);
  account.time += 60_000;
  account.found = stream();
  cloud.stream("logs");
  await settled();
  assert.equal(cloud.stream("logs")?.value?.name, "logs");
});

test("an answer that comes after the connection is gone is thrown away", async () => {
  const account = new Account();
  let open = (): void => undefined;
  account.gate = new Promise((resolve) => (open = resolve));
  const cloud = account.answers();
  cloud.stream("logs");
  cloud.dispose();
  open();
  await settled();
  assert.deepEqual([account.changes, account.failures.length], [0, 0]);
  assert.equal(cloud.stream("logs"), undefined);
  await settled();
  assert.equal(account.asked.length, 1);
});

test("the account repeats nothing that the files say, and is silenced like any rule", async () => {
  const account = new Account();
  account.found = missing;
  const cloud = account.answers("sandbox");
  cloud.stream("logs");
  await settled();
  const text = config();
  const file = { file: "/p/appsettings.json", kind: "agent" as const, text, document: parseDocument(text) };
  const shown = checkInProject(file, undefined, [], cloud);
  assert.deepEqual(
    shown.map(({ code }) => code).filter((code) => code.startsWith("CL")),
    ["CL001"],
  );
  assert.match(shown.find(({ code }) => code === "CL001")?.message ?? "", /The sandbox said so at/);
  const silenced = text.replace('"StreamName"', '\n// appstream-lint-disable-next-line CL001\n"StreamName"');
  const quiet = checkInProject({ ...file, text: silenced, document: parseDocument(silenced) }, undefined, [], cloud);
  assert.deepEqual(
    quiet.filter(({ code }) => code.startsWith("CL")),
    [],
  );
});

test("the table lists the rules of this file", () => {
  assert.deepEqual(
    cloudRuleInfos.map(({ code }) => code),
    ["CL001", "CL002", "CL003", "CL004", "CL005"],
  );
});

test("actions with wildcards, and what a policy allows", () => {
  assert.ok(covers("*", "firehose:PutRecordBatch"));
  assert.ok(covers("Firehose:put*", "firehose:PutRecordBatch"));
  assert.ok(covers("firehose:PutRecordBatc?", "firehose:PutRecordBatch"));
  assert.ok(!covers("firehose:PutRecord", "firehose:PutRecordBatch"));
  const policy = JSON.stringify({
    Statement: [
      { Effect: "Allow", Action: ["a:B", "a:C"], Resource: ["x", "y"] },
      { Effect: "Deny", Action: "a:D", Resource: "*" },
    ],
  });
  assert.deepEqual(
    grantsOf(policy).map(({ action, resource }) => `${action} ${resource ?? ""}`),
    ["a:B x", "a:B y", "a:C x", "a:C y"],
  );
});
