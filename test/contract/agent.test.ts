import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { FirehoseSender } from "../../src/sandbox/person/sender";
import { LogsSender } from "../../src/sandbox/person/logsSender";
import { SessionAgent } from "../../src/sandbox/person/sessionAgent";
import { Sandbox } from "../../src/sandbox/server";
import { collections } from "../../src/sandbox/services/appstream/account";
import { addRole } from "../../src/sandbox/services/iam/roles";

const lines: string[] = [];
const sandbox = new Sandbox({ port: 0, speed: 100, seed: 7, person: "manual", log: (line) => lines.push(line) });
const { world } = sandbox;

before(() => sandbox.start());
after(() => sandbox.stop());

const configuration = JSON.stringify({
  Sources: [{ Id: "System", SourceType: "WindowsEventLogSource", LogName: "System" }],
  Sinks: [
    {
      Id: "Logs",
      SinkType: "CloudWatchLogs",
      Region: "us-east-1",
      LogGroup: "/appstream/events",
      LogStream: "{ComputerName}",
      Format: "json",
    },
  ],
  Pipes: [{ Id: "p", SourceRef: "System", SinkRef: "Logs" }],
});

const imageArn = "arn:aws:appstream:us-east-1:123456789012:image/i";

/** One session on a fleet with a role of these rights, or with none. */
async function runSession(name: string, actions: readonly string[] | undefined): Promise<void> {
  const fleetArn = `arn:aws:appstream:us-east-1:123456789012:fleet/${name}`;
  const policies = { p: JSON.stringify({ Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] }) };
  const role = addRole(world, { RoleName: name, Path: "/", AssumeRolePolicyDocument: "{}", visibleAt: 0, policies });
  world.collection(collections.images).set(imageArn, { files: { "appsettings.json": configuration } });
  world.collection(collections.fleets).set(fleetArn, actions === undefined ? { Arn: fleetArn } : { Arn: fleetArn, IamRoleArn: role.Arn });
  const senders = { firehose: new FirehoseSender(world), logs: new LogsSender(world) };
  const session = { id: name, fleetArn, stackName: "s", userId: "u", startedAt: world.now() };
  const agent = new SessionAgent(world, senders, session, { id: "i-1", fleetArn, imageArn, machineName: name, privateIp: "10.0.0.1" }, 5);
  agent.step(world.now() + 2_000);
  await senders.logs.flush();
}

async function messages(stream: string): Promise<string[]> {
  const caller = { accessKeyId: "", region: "us-east-1", service: "logs" };
  const input = { logGroupName: "/appstream/events", logStreamName: stream, startFromHead: true };
  const { events } = (await sandbox.dispatcher.invoke("logs", "GetLogEvents", input, caller)) as { events: { message: string }[] };
  return events.map(({ message }) => message);
}

test("a sink of CloudWatch Logs makes group and stream and writes the events there", async () => {
  await runSession("ALLOWED", ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]);
  const found = await messages("ALLOWED");
  assert.ok(found.length > 0);
  assert.equal((JSON.parse(found[0] ?? "") as { LogName: string }).LogName, "System");
});

test("an instance can do what the fleet's role allows and nothing without a role; the log says so once", async () => {
  await runSession("REFUSED", ["logs:CreateLogGroup"]);
  await runSession("WITHOUT", undefined);
  assert.deepEqual(
    lines.map((line) => /not authorized to perform: logs:\w+|the fleet has no IAM role/.exec(line)?.[0]),
    ["not authorized to perform: logs:PutLogEvents", "the fleet has no IAM role"],
  );
});
