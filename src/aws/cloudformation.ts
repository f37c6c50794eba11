import {
  CancelUpdateStackCommand,
  CloudFormationClient,
  ContinueUpdateRollbackCommand,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceDriftsCommand,
  DescribeStacksCommand,
  DetectStackDriftCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  ListChangeSetsCommand,
  ListStackResourcesCommand,
  UpdateTerminationProtectionCommand,
  type DescribeChangeSetOutput,
} from "@aws-sdk/client-cloudformation";
import type { ChangeSet, CloudFormationPort, StackResource, StackSummary } from "../core/aws/ports";
import { AppError } from "../core/errors";
import { lazy, type ClientOptions } from "./clientOptions";
import { toChange, toDrift, toEvent, toStackResource, toStackSummary } from "./cloudformationShapes";
import { present } from "./present";

export function createCloudFormation({ sdk, call }: ClientOptions): CloudFormationPort {
  const client = lazy(() => new CloudFormationClient(sdk("cloudformation")));
  return {
    createChangeSet: async (input, signal) => {
      const command = new CreateChangeSetCommand({
        StackName: input.stackName,
        ChangeSetName: input.changeSetName,
        ChangeSetType: input.type,
        ...(input.template === undefined ? { UsePreviousTemplate: true } : { TemplateBody: input.template }),
        Parameters: Object.entries(input.parameters).map(([ParameterKey, ParameterValue]) =>
          input.template === undefined ? { ParameterKey, UsePreviousValue: true } : { ParameterKey, ParameterValue },
        ),
        Tags: Object.entries(input.tags).map(([Key, Value]) => ({ Key, Value })),
        Capabilities: ["CAPABILITY_NAMED_IAM"],
        ClientToken: input.clientToken,
        Description: input.description,
        OnStackFailure: "ROLLBACK",
        ...(input.revertsDrift === true ? { DeploymentMode: "REVERT_DRIFT" } : {}),
      });
      const answer = await call((send) => client().send(command, send), signal);
      return { changeSetId: answer.Id ?? "", stackId: answer.StackId ?? "" };
    },
    getChangeSet: (changeSetId, stackId, signal) =>
      readChangeSet((token) =>
        call(
          (send) =>
            client().send(
              new DescribeChangeSetCommand({
                ChangeSetName: changeSetId,
                StackName: stackId,
                NextToken: token,
                IncludePropertyValues: true,
              }),
              send,
            ),
          signal,
        ),
      ),
    listChangeSets: async (stackId, signal) => {
      const found: string[] = [];
      let token: string | undefined;
      do {
        const command = new ListChangeSetsCommand({ StackName: stackId, NextToken: token });
        const answer = await call((send) => client().send(command, send), signal);
        found.push(...(answer.Summaries ?? []).map((one) => one.ChangeSetName ?? ""));
        token = answer.NextToken;
      } while (token !== undefined);
      return found;
    },
    executeChangeSet: async (changeSetId, stackId, clientToken, signal) => {
      const input = { ChangeSetName: changeSetId, StackName: stackId, ClientRequestToken: clientToken };
      await call((send) => client().send(new ExecuteChangeSetCommand(input), send), signal);
    },
    deleteChangeSet: async (changeSetId, stackId, signal) => {
      await call((send) => client().send(new DeleteChangeSetCommand({ ChangeSetName: changeSetId, StackName: stackId }), send), signal);
    },
    findStack: async (nameOrId, signal) => {
      try {
        const answer = await call((send) => client().send(new DescribeStacksCommand({ StackName: nameOrId }), send), signal);
        const [found] = answer.Stacks ?? [];
        return found === undefined ? undefined : toStackSummary(found);
      } catch (thrown) {
        if (isMissingStack(thrown)) {
          return undefined;
        }
        throw thrown;
      }
    },
    listStacks: async (signal) => {
      const found: StackSummary[] = [];
      let token: string | undefined;
      do {
        const answer = await call((send) => client().send(new DescribeStacksCommand({ NextToken: token }), send), signal);
        found.push(...(answer.Stacks ?? []).map(toStackSummary));
        token = answer.NextToken;
      } while (token !== undefined);
      return found;
    },
    listEvents: async (stackId, nextToken, signal) => {
      const command = new DescribeStackEventsCommand({ StackName: stackId, NextToken: nextToken });
      const answer = await call((send) => client().send(command, send), signal);
      return { items: (answer.StackEvents ?? []).map(toEvent), ...present({ nextToken: answer.NextToken }) };
    },
    listResources: async (stackId, signal) => {
      const found: StackResource[] = [];
      let token: string | undefined;
      do {
        const command = new ListStackResourcesCommand({ StackName: stackId, NextToken: token });
        const answer = await call((send) => client().send(command, send), signal);
        found.push(...(answer.StackResourceSummaries ?? []).map(toStackResource));
        token = answer.NextToken;
      } while (token !== undefined);
      return found;
    },
    deleteStack: async (stackId, options, signal) => {
      const command = new DeleteStackCommand({
        StackName: stackId,
        ClientRequestToken: options.clientToken,
        RetainResources: options.retain === undefined ? undefined : [...options.retain],
      });
      await call((send) => client().send(command, send), signal);
    },
    cancelUpdate: async (stackId, clientToken, signal) => {
      const command = new CancelUpdateStackCommand({ StackName: stackId, ClientRequestToken: clientToken });
      await call((send) => client().send(command, send), signal);
    },
    continueRollback: async (stackId, clientToken, signal) => {
      const command = new ContinueUpdateRollbackCommand({ StackName: stackId, ClientRequestToken: clientToken });
      await call((send) => client().send(command, send), signal);
    },
    setTerminationProtection: async (stackId, on, signal) => {
      const command = new UpdateTerminationProtectionCommand({ StackName: stackId, EnableTerminationProtection: on });
      await call((send) => client().send(command, send), signal);
    },
    getTemplate: async (stackId, signal) => {
      const command = new GetTemplateCommand({ StackName: stackId, TemplateStage: "Original" });
      return (await call((send) => client().send(command, send), signal)).TemplateBody ?? "";
    },
    detectDrift: async (stackId, signal) => {
      const command = new DetectStackDriftCommand({ StackName: stackId });
      return (await call((send) => client().send(command, send), signal)).StackDriftDetectionId ?? "";
    },
    getDriftStatus: async (detectionId, signal) => {
      const command = new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId: detectionId });
      const answer = await call((send) => client().send(command, send), signal);
      return { status: answer.DetectionStatus ?? "", ...present({ reason: answer.DetectionStatusReason }) };
    },
    listDrifts: async (stackId, signal) => {
      const command = new DescribeStackResourceDriftsCommand({ StackName: stackId, MaxResults: 100 });
      const answer = await call((send) => client().send(command, send), signal);
      return (answer.StackResourceDrifts ?? []).map(toDrift);
    },
  };
}

/** A missing stack is a ValidationError, told apart by its text only. */
function isMissingStack(thrown: unknown): boolean {
  return thrown instanceof AppError && thrown.code === "ValidationError" && /does not exist/.test(thrown.message);
}

async function readChangeSet(read: (token: string | undefined) => Promise<DescribeChangeSetOutput>): Promise<ChangeSet> {
  const first = await read(undefined);
  const changes = [...(first.Changes ?? [])];
  let token = first.NextToken;
  while (token !== undefined) {
    const next = await read(token);
    changes.push(...(next.Changes ?? []));
    token = next.NextToken;
  }
  return {
    id: first.ChangeSetId ?? "",
    name: first.ChangeSetName ?? "",
    stackId: first.StackId ?? "",
    status: first.Status ?? "",
    changes: changes.map(toChange),
    ...present({ statusReason: first.StatusReason, executionStatus: first.ExecutionStatus }),
  };
}
