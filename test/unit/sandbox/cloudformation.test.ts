import assert from "node:assert/strict";
import { test } from "node:test";
import { Dispatcher } from "../../../src/sandbox/dispatcher";
import type { Input, Service } from "../../../src/sandbox/service";
import { ServiceError } from "../../../src/sandbox/service";
import { createCloudFormation } from "../../../src/sandbox/services/cloudformation";
import { World } from "../../../src/sandbox/world";

const template = (retention: number): string =>
  JSON.stringify({
    Parameters: { Prefix: { Type: "String" } },
    Resources: {
      Group: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: { "Fn::Sub": "/${Prefix}/x" }, RetentionInDays: retention } },
      Stream: { Type: "AWS::Logs::LogStream", Properties: { LogGroupName: { Ref: "Group" }, LogStreamName: "s" } },
    },
    Outputs: { Arn: { Value: { "Fn::GetAtt": ["Group", "Arn"] } } },
  });

function setUp(streamError?: ServiceError) {
  const calls: string[] = [];
  const gone = new Set<string>();
  const note = (name: string, fail?: ServiceError) => (input: Input) => {
    const key = `${name} ${String(input["logStreamName"] ?? input["logGroupName"])}`;
    if (fail !== undefined || gone.has(key)) {
      throw fail ?? new ServiceError("ResourceNotFoundException", "gone");
    }
    if (name.startsWith("Delete")) {
      gone.add(key);
    }
    calls.push(key);
    return undefined;
  };
  const logs: Service = {
    name: "logs",
    operations: {
      CreateLogGroup: note("CreateLogGroup"),
      PutRetentionPolicy: note("PutRetentionPolicy"),
      CreateLogStream: note("CreateLogStream", streamError),
      DeleteLogGroup: note("DeleteLogGroup"),
      DeleteLogStream: note("DeleteLogStream"),
    },
  };
  const world = new World({ speed: 1000, seed: 1, person: "auto", log: assert.fail });
  const cloudformation = createCloudFormation(world);
  cloudformation.start?.(world);
  const dispatcher = new Dispatcher(world, [logs, cloudformation]);
  world.dispatcher = dispatcher;
  const caller = { accessKeyId: "AKIASANDBOX000000000", region: "us-east-1", service: "cloudformation" };
  const run = async (operation: string, input: Input) => ({ ...(await dispatcher.invoke("cloudformation", operation, input, caller)) });
  const until = async (read: () => Promise<string>, done: RegExp): Promise<string> => {
    for (let turn = 0; turn < 2000; turn++) {
      const status = await read();
      if (done.test(status)) {
        return status;
      }
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return read();
  };
  const stackStatus = async (id: unknown): Promise<string> => {
    const { Stacks } = await run("DescribeStacks", { StackName: id });
    return (Stacks as { StackStatus: string }[])[0]?.StackStatus ?? "";
  };
  const change = async (type: string, retention: number, name: string) => {
    const { Id, StackId } = await run("CreateChangeSet", {
      StackName: "demo",
      ChangeSetName: name,
      ChangeSetType: type,
      TemplateBody: template(retention),
      Parameters: [{ ParameterKey: "Prefix", ParameterValue: "p" }],
    });
    const described = (): Promise<Record<string, unknown>> => run("DescribeChangeSet", { ChangeSetName: Id });
    await until(async () => String((await described())["Status"]), /COMPLETE|FAILED/);
    return { id: Id, stackId: StackId, ...(await described()) } as Record<string, unknown>;
  };
  const execute = async ({ id, stackId }: Record<string, unknown>): Promise<string> => {
    await run("ExecuteChangeSet", { ChangeSetName: id, ClientRequestToken: "t" });
    return until(() => stackStatus(stackId), /(?<!CLEANUP_IN)_(COMPLETE|FAILED)$/);
  };
  return { run, calls, change, execute, stackStatus, until };
}

test("a stack is created in order, changed in place, left alone without changes and deleted in reverse order", async () => {
  const { run, calls, change, execute, stackStatus, until } = setUp();
  const created = await change("CREATE", 30, "first");
  assert.equal(await stackStatus("demo"), "REVIEW_IN_PROGRESS");
  assert.equal(await execute(created), "CREATE_COMPLETE");
  const { Stacks } = await run("DescribeStacks", { StackName: "demo" });
  const [stack] = Stacks as { Outputs: { OutputValue: string }[] }[];
  assert.equal(stack?.Outputs[0]?.OutputValue, "arn:aws:logs:us-east-1:123456789012:log-group:/p/x:*");

  const same = await change("UPDATE", 30, "same");
  assert.match(String(same["StatusReason"]), /didn't contain changes/);

  const changed = await change("UPDATE", 7, "changed");
  const [only, ...more] = changed["Changes"] as { ResourceChange: Record<string, unknown> }[];
  assert.equal(more.length, 0);
  assert.equal(only?.ResourceChange["Action"], "Modify");
  assert.equal(only.ResourceChange["Replacement"], "False");
  assert.equal(await execute(changed), "UPDATE_COMPLETE");

  await run("DeleteStack", { StackName: "demo" });
  assert.equal(await until(() => stackStatus(created["stackId"]), /DELETE_COMPLETE/), "DELETE_COMPLETE");
  await assert.rejects(run("DescribeStacks", { StackName: "demo" }), /Stack with id demo does not exist/);
  assert.deepEqual(calls, [
    "CreateLogGroup /p/x",
    "PutRetentionPolicy /p/x",
    "CreateLogStream s",
    "PutRetentionPolicy /p/x",
    "DeleteLogStream s",
    "DeleteLogGroup /p/x",
  ]);
});

test("a resource that fails makes the stack go back, with the reason in its events", async () => {
  const { run, change, execute, calls } = setUp(new ServiceError("AccessDeniedException", "not allowed"));
  const created = await change("CREATE", 30, "first");
  assert.equal(await execute(created), "ROLLBACK_COMPLETE");
  assert.ok(calls.includes("DeleteLogGroup /p/x"));
  const { StackEvents } = await run("DescribeStackEvents", { StackName: "demo" });
  const failed = (StackEvents as Record<string, unknown>[]).find((event) => event["ResourceStatus"] === "CREATE_FAILED");
  assert.match(String(failed?.["ResourceStatusReason"]), /"not allowed" .*HandlerErrorCode: AccessDenied/);
});
