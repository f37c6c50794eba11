import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import * as vscode from "vscode";
import type { Aws } from "../../../src/core/aws/ports";
import { AppError } from "../../../src/core/errors";
import { registerLanguage, type LanguageFeatures } from "../../../src/language/registerLanguage";
import type { Log } from "../../../src/workbench/log";
import { FakeConnections } from "../../fakes/connections";
import { fake } from "../../fakes/vscode";

const uri = vscode.Uri.parse("file:///project/appsettings.json") as never;
const text = `{
  "Sources": [{ "Id": "E", "SourceType": "WindowsEventLogSource", "LogName": "Application" }],
  "Sinks": [{ "Id": "S", "SinkType": "KinesisFirehose", "ProfileName": "appstream_machine_role", "Region": "us-east-1", "StreamName": "logs", "Format": "json" }],
  "Pipes": [{ "Id": "P", "SourceRef": "E", "SinkRef": "S" }]
}`;

let connections: FakeConnections;
let features: LanguageFeatures;
let asked: string[];
const logged: string[] = [];

beforeEach(() => {
  fake.reset();
  fake.files.set("file:///extension/docs/rules.md", "# Rules\n");
  asked = [];
  logged.length = 0;
  connections = new FakeConnections();
  features = registerLanguage({
    log: { error: (what: string) => logged.push(what) } as unknown as Log,
    extensionUri: vscode.Uri.parse("file:///extension"),
    marks: { get: () => undefined, set: async () => undefined },
    connections,
  });
});

afterEach(() => {
  features.dispose();
  assert.equal(connections.listening, 0);
});

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400));
/** What is awaited comes when the machine has time for it. */
async function eventually(check: () => void): Promise<void> {
  for (const limit = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
    try {
      check();
      return;
    } catch (thrown) {
      if (Date.now() > limit) {
        throw thrown;
      }
    }
  }
}

const shown = (): vscode.Diagnostic[] => (fake.diagnostics.get("file:///project/appsettings.json") ?? []) as vscode.Diagnostic[];
const cloudCodes = (): string[] => shown().flatMap(({ code }) => (code as { value: string }).value.match(/^CL\d+$/) ?? []);

function account(answer: () => Promise<unknown>): Aws {
  const get = (name: string): Promise<unknown> => {
    asked.push(name);
    return answer();
  };
  return { streams: { get } } as unknown as Aws;
}
const none = (): Promise<unknown> => Promise.reject(new AppError("notFound", "none"));

function open(onScreen: boolean): void {
  const document = fake.open(uri, "json", text);
  if (onScreen) {
    fake.activeEditor = { document };
    fake.events.visibleEditors.fire([fake.activeEditor]);
  }
}

test("without a connection nothing is asked", async () => {
  open(true);
  await settled();
  assert.deepEqual([asked, connections.resolved, cloudCodes()], [[], 0, []]);
});

test("a document that is not on screen asks nothing; once it is, the account's answer is shown as information", async () => {
  connections.change(account(none));
  open(false);
  await settled();
  assert.deepEqual([asked, connections.resolved], [[], 0]);
  fake.activeEditor = { document: fake.documents[0] } as never;
  fake.events.visibleEditors.fire([fake.activeEditor]);
  await eventually(() => {
    assert.deepEqual([asked, cloudCodes()], [["logs"], ["CL001"]]);
  });
  const [one] = shown();
  assert.equal(one?.severity, vscode.DiagnosticSeverity.Information);
  assert.match(one?.message ?? "", /The sandbox said so at /);
  assert.deepEqual(logged, []);
});

test("local problems are there while the account has not answered", async () => {
  connections.change(account(() => new Promise(() => undefined)));
  const document = fake.open(uri, "json", text.replace('"SinkRef": "S"', '"SinkRef": "T"'));
  fake.activeEditor = { document };
  fake.events.visibleEditors.fire([fake.activeEditor]);
  await eventually(() => {
    assert.deepEqual(asked, ["logs"]);
  });
  await eventually(() => {
    assert.ok(shown().some(({ code }) => (code as { value: string }).value === "dangling-sink-ref"));
  });
});

test("an answer of the connection before is not shown", async () => {
  let answer = (): void => undefined;
  connections.change(account(() => new Promise((_, reject) => (answer = () => reject(new AppError("notFound", "none"))))));
  open(true);
  await eventually(() => {
    assert.deepEqual(asked, ["logs"]);
  });
  connections.change(undefined);
  answer();
  await settled();
  assert.deepEqual([cloudCodes(), logged], [[], []]);
});

test("findings go with the connection, and another account is asked for itself", async () => {
  connections.change(account(none));
  open(true);
  await eventually(() => {
    assert.deepEqual(cloudCodes(), ["CL001"]);
  });
  connections.change(account(async () => ({ name: "logs", arn: "a", status: "CREATING", sourceType: "DirectPut" })));
  await eventually(() => {
    assert.deepEqual([asked, cloudCodes()], [["logs", "logs"], ["CL002"]]);
  });
});

test("after a deployment the account is asked again", async () => {
  let answer = none;
  connections.change(account(() => answer()));
  open(true);
  await eventually(() => {
    assert.deepEqual(cloudCodes(), ["CL001"]);
  });
  answer = async () => ({ name: "logs", arn: "a", status: "ACTIVE", sourceType: "DirectPut" });
  features.askAgain();
  await eventually(() => {
    assert.deepEqual([asked.length, cloudCodes()], [2, []]);
  });
});

test("in a project the fleet's role and the index pattern are judged by what the account has", async () => {
  fake.files.set(
    "file:///project/appstream-pipeline.json",
    '{"version":1,"name":"demo","region":"us-east-1","preset":"recommended","stream":{"name":"logs"}}',
  );
  const aws = {
    streams: {
      get: async () => ({
        name: "logs",
        arn: "arn:aws:firehose:us-east-1:1:deliverystream/logs",
        status: "ACTIVE",
        sourceType: "DirectPut",
      }),
    },
    appstream: { listFleets: async () => ({ items: [{ name: "demo-fleet", iamRoleArn: "arn:aws:iam::1:role/machine" }] }) },
    iam: { simulate: async () => ({ "firehose:PutRecordBatch": "implicitDeny" }), inlinePolicies: async () => ({}) },
    domains: { get: async () => ({ name: "demo", endpoint: "demo.example", engineVersion: "OpenSearch_2.19" }) },
    search: () => ({ send: async () => ({ status: 200, headers: {}, body: '{"attributes":{"timeFieldName":"@timestamp"}}' }) }),
  } as unknown as Aws;
  connections.change(aws);
  open(true);
  await settled();
  await settled();
  const told = shown().filter(({ message }) => message.includes("The sandbox said so at "));
  assert.deepEqual(told.map(({ code }) => (code as { value: string }).value).sort(), ["XF005", "XF010"]);
  assert.ok(told.every(({ severity }) => severity === vscode.DiagnosticSeverity.Information));
  assert.deepEqual(logged, []);
});
