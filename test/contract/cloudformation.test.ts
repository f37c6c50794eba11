import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeEventsCommand,
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceDriftsCommand,
  DescribeStacksCommand,
  DetectStackDriftCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  GetTemplateSummaryCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  SetStackPolicyCommand,
  UpdateTerminationProtectionCommand,
  type DescribeChangeSetCommandOutput,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { setFault, type FaultName } from "../../src/sandbox/faults";
import { sandboxCredentials } from "../../src/sandbox/credentials";
import { Sandbox } from "../../src/sandbox/server";

let sandbox = new Sandbox({ port: 0, speed: 100, seed: 7, person: "manual", log: () => undefined });
let client: CloudFormationClient;

const connect = (): CloudFormationClient =>
  new CloudFormationClient({ region: "us-east-1", endpoint: sandbox.endpoint, credentials: sandboxCredentials, maxAttempts: 1 });

before(async () => {
  await sandbox.start();
  client = connect();
});

after(async () => {
  client.destroy();
  await sandbox.stop();
});

const invoke = (service: string, operation: string, input: Record<string, unknown>): Promise<unknown> =>
  sandbox.dispatcher.invoke(service, operation, input, { accessKeyId: "", region: "us-east-1", service });

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown>; [attribute: string]: unknown }>;

const assume = (service: string): Record<string, unknown> => ({
  Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
});

/** A small pipeline: everything that a stream needs, named after the stack. */
function pipeline(name: string): Resources {
  return {
    Bucket: { Type: "AWS::S3::Bucket", DeletionPolicy: "Delete" },
    Group: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: `/${name}`, RetentionInDays: 30 } },
    LogStream: { Type: "AWS::Logs::LogStream", Properties: { LogGroupName: { Ref: "Group" }, LogStreamName: "errors" } },
    Role: {
      Type: "AWS::IAM::Role",
      Properties: { RoleName: `${name}-role`, AssumeRolePolicyDocument: assume("firehose.amazonaws.com") },
    },
    Policy: {
      Type: "AWS::IAM::Policy",
      Properties: {
        PolicyName: "deliver",
        PolicyDocument: {
          Statement: [
            { Effect: "Allow", Action: "s3:*", Resource: { "Fn::Sub": "${Bucket.Arn}/*" } },
            { Effect: "Allow", Action: "es:Describe*", Resource: { "Fn::GetAtt": ["Domain", "Arn"] } },
          ],
        },
        Roles: [{ Ref: "Role" }],
      },
    },
    Domain: {
      Type: "AWS::OpenSearchService::Domain",
      Properties: {
        DomainName: name,
        EngineVersion: "Elasticsearch_7.1",
        ClusterConfig: { InstanceType: "t2.medium.search", InstanceCount: 1 },
        EBSOptions: { EBSEnabled: true, VolumeSize: 35 },
      },
    },
    Stream: {
      Type: "AWS::KinesisFirehose::DeliveryStream",
      DependsOn: "Policy",
      Properties: {
        DeliveryStreamName: name,
        AmazonopensearchserviceDestinationConfiguration: {
          RoleARN: { "Fn::GetAtt": ["Role", "Arn"] },
          DomainARN: { "Fn::GetAtt": ["Domain", "Arn"] },
          IndexName: "example",
          BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 1 },
          S3Configuration: { RoleARN: { "Fn::GetAtt": ["Role", "Arn"] }, BucketARN: { "Fn::GetAtt": ["Bucket", "Arn"] } },
        },
      },
    },
  };
}

const body = (resources: Resources, outputs: Record<string, unknown> = {}): string =>
  JSON.stringify({ Resources: resources, Outputs: outputs });

async function changeSet(
  name: string,
  template: string,
  type: "CREATE" | "UPDATE",
  more: Record<string, unknown> = {},
): Promise<DescribeChangeSetCommandOutput> {
  const { Id } = await client.send(
    new CreateChangeSetCommand({
      StackName: name,
      ChangeSetName: `c${Math.random().toString(36).slice(2)}`,
      ChangeSetType: type,
      TemplateBody: template,
      Capabilities: ["CAPABILITY_NAMED_IAM"],
      ...more,
    }),
  );
  return readySet(Id);
}

async function readySet(id: string | undefined): Promise<DescribeChangeSetCommandOutput> {
  for (;;) {
    const found = await client.send(new DescribeChangeSetCommand({ ChangeSetName: id, IncludePropertyValues: true }));
    if (found.Status === "CREATE_COMPLETE" || found.Status === "FAILED") {
      return found;
    }
    await new Promise((done) => setTimeout(done, 10));
  }
}

async function settled(id: string | undefined): Promise<Stack> {
  for (;;) {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: id }));
    if (stack?.StackStatus?.endsWith("_IN_PROGRESS") === false) {
      return stack;
    }
    await new Promise((done) => setTimeout(done, 10));
  }
}

async function execute(set: DescribeChangeSetCommandOutput, more: Record<string, unknown> = {}): Promise<Stack> {
  assert.equal(set.Status, "CREATE_COMPLETE", set.StatusReason);
  await client.send(new ExecuteChangeSetCommand({ ChangeSetName: set.ChangeSetId, ...more }));
  return settled(set.StackId);
}

async function deploy(name: string, resources: Resources, type: "CREATE" | "UPDATE"): Promise<Stack> {
  return execute(await changeSet(name, body(resources), type));
}

async function remove(id: string | undefined, more: Record<string, unknown> = {}): Promise<Stack> {
  await client.send(new DeleteStackCommand({ StackName: id, ...more }));
  return settled(id);
}

async function events(id: string | undefined): Promise<string[]> {
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: id }));
  return StackEvents.reverse().map((event) => `${event.LogicalResourceId ?? ""} ${event.ResourceStatus ?? ""}`);
}

async function withFault<T>(name: FaultName, value: string, work: () => Promise<T>): Promise<T> {
  setFault(sandbox.world, name, value);
  try {
    return await work();
  } finally {
    setFault(sandbox.world, name, undefined);
  }
}

test("a pipeline is created in order of its references, with outputs, and deleted in reverse order", async () => {
  const outputs = { Endpoint: { Value: { "Fn::GetAtt": ["Domain", "DomainEndpoint"] } }, Name: { Value: { Ref: "Stream" } } };
  const set = await changeSet("first", body(pipeline("first"), outputs), "CREATE", { Tags: [{ Key: "owner", Value: "me" }] });
  assert.deepEqual(new Set(set.Changes?.map((change) => change.ResourceChange?.Action)), new Set(["Add"]));
  const stack = await execute(set, { ClientRequestToken: "token-1" });
  assert.equal(stack.StackStatus, "CREATE_COMPLETE");
  assert.equal(stack.Outputs?.[0]?.OutputValue, `${sandbox.endpoint.slice(7)}/_domain/first`);
  const seen = await events(stack.StackId);
  for (const [earlier, later] of [
    ["Domain", "Stream"],
    ["Policy", "Stream"],
    ["Role", "Policy"],
    ["Group", "LogStream"],
  ] as const) {
    assert.ok(seen.indexOf(`${earlier} CREATE_COMPLETE`) < seen.indexOf(`${later} CREATE_IN_PROGRESS`), `${earlier} before ${later}`);
  }
  const tags = (await invoke("firehose", "ListTagsForDeliveryStream", { DeliveryStreamName: "first" })) as { Tags: unknown };
  assert.deepEqual(tags.Tags, [{ Key: "owner", Value: "me" }]);
  assert.equal((await remove(stack.StackId)).StackStatus, "DELETE_COMPLETE");
  await assert.rejects(client.send(new DescribeStacksCommand({ StackName: "first" })), /Stack with id first does not exist/);
});

test("a preview that is not wanted leaves nothing once its change set and its stack are deleted", async () => {
  const set = await changeSet("unwanted", body(pipeline("unwanted")), "CREATE");
  assert.equal((await client.send(new ListStackResourcesCommand({ StackName: "unwanted" }))).StackResourceSummaries?.length ?? 0, 0);
  await client.send(new DeleteChangeSetCommand({ ChangeSetName: set.ChangeSetId }));
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: "unwanted" }));
  assert.equal(Stacks?.[0]?.StackStatus, "REVIEW_IN_PROGRESS");
  await remove(set.StackId);
  await assert.rejects(client.send(new DescribeStacksCommand({ StackName: "unwanted" })), /does not exist/);
});

test("changes show what is modified in place, replaced, added and removed, with values before and after", async () => {
  const resources = pipeline("shown");
  await deploy("shown", resources, "CREATE");
  const same = await changeSet("shown", body(resources), "UPDATE");
  assert.equal(same.Status, "FAILED");
  assert.match(same.StatusReason ?? "", /didn't contain changes/);
  const { Bucket, Role, Policy, Domain, Stream } = structuredClone(resources);
  const changed = { Bucket, Role, Policy, Domain, Stream, Added: { Type: "AWS::Logs::LogGroup" } } as Resources;
  Object.assign(changed["Role"]?.Properties ?? {}, { RoleName: "shown-other-role" });
  Object.assign(changed["Domain"]?.Properties ?? {}, { EBSOptions: { EBSEnabled: true, VolumeSize: 30 } });
  const set = await changeSet("shown", body(changed), "UPDATE");
  const found: Record<string, string> = {};
  for (const { ResourceChange: change } of set.Changes ?? []) {
    found[change?.LogicalResourceId ?? ""] = `${change?.Action} ${change?.Replacement}`;
  }
  assert.deepEqual(found, {
    Role: "Modify True",
    Policy: "Modify False",
    Domain: "Modify False",
    Stream: "Modify False",
    Added: "Add undefined",
    Group: "Remove undefined",
    LogStream: "Remove undefined",
  });
  const domain = set.Changes?.find((change) => change.ResourceChange?.LogicalResourceId === "Domain")?.ResourceChange?.Details?.[0];
  assert.match(domain?.Target?.BeforeValue ?? "", /35/);
  assert.match(domain?.Target?.AfterValue ?? "", /30/);
  assert.equal((await execute(set)).StackStatus, "UPDATE_COMPLETE");
  const roles = (await invoke("iam", "ListRoles", {})) as { Roles: { RoleName: string }[] };
  assert.ok(!roles.Roles.some((role) => role.RoleName === "shown-role"));
  await remove("shown").catch((thrown: unknown) => assert.match(String(thrown), /does not exist/));
});

test("a failed creation is rolled back, and its first failure says why", async () => {
  const stack = await withFault("accessDenied", "firehose:CreateDeliveryStream", () => deploy("denied", pipeline("denied"), "CREATE"));
  assert.equal(stack.StackStatus, "ROLLBACK_COMPLETE");
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: "denied" }));
  const failure = StackEvents.find((event) => event.ResourceStatus === "CREATE_FAILED");
  assert.match(
    failure?.ResourceStatusReason ?? "",
    /not authorized to perform: firehose:CreateDeliveryStream.*HandlerErrorCode: AccessDenied/,
  );
  await assert.rejects(changeSet("denied", body(pipeline("denied")), "UPDATE"), /ROLLBACK_COMPLETE state and can not be updated/);
  assert.equal((await remove(stack.StackId)).StackStatus, "DELETE_COMPLETE");
});

test("without rollback a failed creation stays, and goes on when it is repaired", async () => {
  setFault(sandbox.world, "resourceFailure", "Stream");
  const failed = await execute(await changeSet("kept", body(pipeline("kept")), "CREATE"), { DisableRollback: true });
  setFault(sandbox.world, "resourceFailure", undefined);
  assert.equal(failed.StackStatus, "CREATE_FAILED");
  assert.equal(
    (await execute(await changeSet("kept", body(pipeline("kept")), "UPDATE"), { DisableRollback: true })).StackStatus,
    "UPDATE_COMPLETE",
  );
  await remove("kept").catch((thrown: unknown) => assert.match(String(thrown), /does not exist/));
});

test("a failed update goes back to what was before", async () => {
  const resources = pipeline("back");
  await deploy("back", resources, "CREATE");
  const changed = structuredClone(resources);
  Object.assign(changed["Group"]?.Properties ?? {}, { RetentionInDays: 60 });
  changed["Extra"] = { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "/back/extra" } };
  Object.assign(changed["Stream"]?.Properties?.["AmazonopensearchserviceDestinationConfiguration"] ?? {}, { S3BackupMode: "AllDocuments" });
  const stack = await deploy("back", changed, "UPDATE");
  assert.equal(stack.StackStatus, "UPDATE_ROLLBACK_COMPLETE");
  const { logGroups } = (await invoke("logs", "DescribeLogGroups", { logGroupNamePrefix: "/back" })) as {
    logGroups: { logGroupName: string; retentionInDays: number }[];
  };
  assert.deepEqual(
    logGroups.map((group) => [group.logGroupName, group.retentionInDays]),
    [["/back", 30]],
  );
  await remove("back").catch((thrown: unknown) => assert.match(String(thrown), /does not exist/));
});

test("an update obeys the stack's policy", async () => {
  const resources = pipeline("guarded");
  await deploy("guarded", resources, "CREATE");
  const Statement = [
    { Effect: "Deny", Principal: "*", Action: ["Update:Delete", "Update:Replace"], Resource: "LogicalResourceId/Group" },
    { Effect: "Allow", Principal: "*", Action: "Update:*", Resource: "*" },
  ];
  await client.send(new SetStackPolicyCommand({ StackName: "guarded", StackPolicyBody: JSON.stringify({ Statement }) }));
  const modified = structuredClone(resources);
  Object.assign(modified["Group"]?.Properties ?? {}, { RetentionInDays: 60 });
  assert.equal((await deploy("guarded", modified, "UPDATE")).StackStatus, "UPDATE_COMPLETE");
  const replaced = structuredClone(modified);
  Object.assign(replaced["Group"]?.Properties ?? {}, { LogGroupName: "/guarded/other" });
  assert.equal((await deploy("guarded", replaced, "UPDATE")).StackStatus, "UPDATE_ROLLBACK_COMPLETE");
  const removed = Object.fromEntries(Object.entries(modified).filter(([id]) => id !== "Group" && id !== "LogStream"));
  assert.equal((await deploy("guarded", removed, "UPDATE")).StackStatus, "UPDATE_ROLLBACK_COMPLETE");
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: "guarded" }));
  const reasons = StackEvents.map((event) => event.ResourceStatusReason ?? "").filter((reason) => reason.startsWith("Action denied"));
  assert.deepEqual(reasons, [
    "Action denied by stack policy: a statement denies [Update:Delete] for resource [Group]",
    "Action denied by stack policy: a statement denies [Update:Replace] for resource [Group]",
  ]);
  assert.equal(((await invoke("logs", "DescribeLogGroups", { logGroupNamePrefix: "/guarded" })) as { logGroups: [] }).logGroups.length, 1);
});

test("a rollback that fails is continued, with the failing resource skipped", async () => {
  const resources = pipeline("stuck");
  await deploy("stuck", resources, "CREATE");
  const changed = structuredClone(resources);
  Object.assign(changed["Group"]?.Properties ?? {}, { RetentionInDays: 60 });
  Object.assign(changed["Stream"]?.Properties?.["AmazonopensearchserviceDestinationConfiguration"] ?? {}, { S3BackupMode: "AllDocuments" });
  const failed = await withFault("rollbackFailure", "Group", () => deploy("stuck", changed, "UPDATE"));
  assert.equal(failed.StackStatus, "UPDATE_ROLLBACK_FAILED");
  await client.send(new ContinueUpdateRollbackCommand({ StackName: "stuck", ResourcesToSkip: ["Group"] }));
  assert.equal((await settled(failed.StackId)).StackStatus, "UPDATE_ROLLBACK_COMPLETE");
  await remove("stuck").catch((thrown: unknown) => assert.match(String(thrown), /does not exist/));
});

test("a bucket that is not empty fails the deletion, which then goes on without it; protection forbids it", async () => {
  const stack = await deploy("full", pipeline("full"), "CREATE");
  const { StackResourceSummaries = [] } = await client.send(new ListStackResourcesCommand({ StackName: "full" }));
  const bucket = StackResourceSummaries.find((resource) => resource.LogicalResourceId === "Bucket")?.PhysicalResourceId;
  await invoke("s3", "PutObject", { Bucket: bucket, Key: "left", Body: "x" });
  await client.send(new UpdateTerminationProtectionCommand({ StackName: "full", EnableTerminationProtection: true }));
  await assert.rejects(client.send(new DeleteStackCommand({ StackName: "full" })), /TerminationProtection is enabled/);
  await client.send(new UpdateTerminationProtectionCommand({ StackName: "full", EnableTerminationProtection: false }));
  const failed = await remove(stack.StackId);
  assert.equal(failed.StackStatus, "DELETE_FAILED");
  assert.match(failed.StackStatusReason ?? "", /\[Bucket\]/);
  assert.equal((await remove(stack.StackId, { RetainResources: ["Bucket"] })).StackStatus, "DELETE_COMPLETE");
});

test("drift is found where a resource differs from its template", async () => {
  await deploy("drifted", pipeline("drifted"), "CREATE");
  await invoke("logs", "PutRetentionPolicy", { logGroupName: "/drifted", retentionInDays: 7 });
  const { StackDriftDetectionId } = await client.send(new DetectStackDriftCommand({ StackName: "drifted" }));
  let status: string | undefined = "DETECTION_IN_PROGRESS";
  while (status === "DETECTION_IN_PROGRESS") {
    await new Promise((done) => setTimeout(done, 10));
    status = (await client.send(new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }))).DetectionStatus;
  }
  const { StackResourceDrifts = [] } = await client.send(
    new DescribeStackResourceDriftsCommand({ StackName: "drifted", StackResourceDriftStatusFilters: ["MODIFIED", "DELETED"] }),
  );
  assert.deepEqual(
    StackResourceDrifts.map((drift) => [drift.LogicalResourceId, drift.PropertyDifferences?.[0]?.PropertyPath]),
    [["Group", "/RetentionInDays"]],
  );
  const reverting = { StackName: "drifted", UsePreviousTemplate: true, DeploymentMode: "REVERT_DRIFT" } as const;
  await assert.rejects(
    client.send(new CreateChangeSetCommand({ ...reverting, ChangeSetName: "new", StackName: "other", ChangeSetType: "CREATE" })),
    /DeploymentMode can only be specified for change sets of type UPDATE/,
  );
  const back = async (name: string): Promise<DescribeChangeSetCommandOutput> => {
    const input = { ...reverting, ChangeSetName: name, Capabilities: ["CAPABILITY_NAMED_IAM" as const] };
    const { Id } = await client.send(new CreateChangeSetCommand(input));
    return readySet(Id);
  };
  const made = await back("back");
  assert.deepEqual([made.Status, made.DeploymentMode, made.StackDriftStatus], ["CREATE_COMPLETE", "REVERT_DRIFT", "DRIFTED"]);
  const [change] = made.Changes ?? [];
  const target = change?.ResourceChange?.Details?.[0]?.Target;
  assert.deepEqual(
    [made.Changes?.length, change?.ResourceChange?.Action, change?.ResourceChange?.ResourceDriftStatus, target?.Name],
    [1, "Modify", "MODIFIED", "RetentionInDays"],
  );
  assert.deepEqual([target?.BeforeValue, target?.BeforeValueFrom, target?.AfterValueFrom], ["7", "ACTUAL_STATE", "TEMPLATE"]);
  assert.equal((await execute(made)).StackStatus, "UPDATE_COMPLETE");
  assert.match((await back("again")).StatusReason ?? "", /didn't contain changes/);
  await remove("drifted").catch((thrown: unknown) => assert.match(String(thrown), /does not exist/));
});

test("names that are taken and properties that do not exist fail the change set, with details in the events", async () => {
  await invoke("logs", "CreateLogGroup", { logGroupName: "/taken" });
  const set = await changeSet(
    "taken",
    body({
      Group: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "/taken" } },
      Other: { Type: "AWS::Logs::LogGroup", Properties: { Retention: 1 } },
    }),
    "CREATE",
  );
  assert.equal(set.Status, "FAILED");
  const { OperationEvents = [] } = await client.send(new DescribeEventsCommand({ ChangeSetName: set.ChangeSetId }));
  assert.deepEqual(
    OperationEvents.map((event) => `${event.LogicalResourceId ?? ""} ${event.ValidationName ?? ""}`),
    ["Group AWS::EarlyValidation::ResourceExistenceCheck", "Other AWS::EarlyValidation::PropertyValidation"],
  );
});

test("the same request under the same token is answered alike, another one is refused", async () => {
  const input = {
    StackName: "once",
    ChangeSetName: "only",
    ChangeSetType: "CREATE",
    ClientToken: "same",
    TemplateBody: body({ Group: { Type: "AWS::Logs::LogGroup" } }),
  } as const;
  const first = await client.send(new CreateChangeSetCommand(input));
  const second = await client.send(new CreateChangeSetCommand(input));
  assert.equal(second.Id, first.Id);
  await assert.rejects(client.send(new CreateChangeSetCommand({ ...input, ChangeSetName: "two" })), {
    name: "TokenAlreadyExistsException",
  });
  await assert.rejects(client.send(new CreateChangeSetCommand({ ...input, ClientToken: undefined })), { name: "AlreadyExistsException" });
  const unnamed = {
    ...input,
    ClientToken: "other",
    ChangeSetName: "three",
    TemplateBody: body({ Role: pipeline("x")["Role"] ?? { Type: "" } }),
  };
  await assert.rejects(client.send(new CreateChangeSetCommand(unnamed)), { name: "InsufficientCapabilitiesException" });
});

test("a sandbox that was killed while it created a stack goes on with it", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "sandbox-"));
  const outer = { sandbox, client };
  const options = { port: 0, speed: 20, seed: 7, person: "manual", log: () => undefined, stateDir } as const;
  const restart = async (): Promise<void> => {
    sandbox = new Sandbox(options);
    await sandbox.start();
    client = connect();
  };
  try {
    await restart();
    const set = await changeSet("resumed", body(pipeline("resumed")), "CREATE");
    await client.send(new ExecuteChangeSetCommand({ ChangeSetName: set.ChangeSetId }));
    while (!(await events(set.StackId)).includes("Bucket CREATE_COMPLETE")) {
      await new Promise((done) => setTimeout(done, 5));
    }
    client.destroy();
    await sandbox.stop();
    await restart();
    assert.equal((await settled(set.StackId)).StackStatus, "CREATE_COMPLETE");
    const seen = await events(set.StackId);
    assert.equal(seen.filter((event) => event === "Bucket CREATE_COMPLETE").length, 1);
  } finally {
    client.destroy();
    await sandbox.stop();
    ({ sandbox, client } = outer);
    rmSync(stateDir, { recursive: true });
  }
});

test("a template in YAML is deployed and given back as it was sent", async () => {
  const text = `# A comment
Parameters:
  Days: {Type: Number, Default: 14}
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub "/yaml/\${AWS::StackName}"
      RetentionInDays: !Ref Days
  Errors:
    Type: AWS::Logs::LogStream
    Properties: {LogGroupName: !Ref Group, LogStreamName: errors}
Outputs:
  Arn: {Value: !GetAtt Group.Arn, Export: {Name: !Sub "\${AWS::StackName}-arn"}}
`;
  const stack = await execute(await changeSet("in-yaml", text, "CREATE"));
  assert.equal(stack.StackStatus, "CREATE_COMPLETE", stack.StackStatusReason);
  assert.match(stack.Outputs?.[0]?.OutputValue ?? "", /log-group:\/yaml\/in-yaml:\*$/);
  assert.equal((await client.send(new GetTemplateCommand({ StackName: "in-yaml" }))).TemplateBody, text);
  const { ResourceTypes } = await client.send(new GetTemplateSummaryCommand({ TemplateBody: text }));
  assert.deepEqual(ResourceTypes, ["AWS::Logs::LogGroup", "AWS::Logs::LogStream"]);
  const { Exports } = await client.send(new ListExportsCommand({}));
  assert.deepEqual(Exports, [{ ExportingStackId: stack.StackId, Name: "in-yaml-arn", Value: stack.Outputs?.[0]?.OutputValue }]);
  assert.equal((await remove(stack.StackId)).StackStatus, "DELETE_COMPLETE");
});
