import { isObject, type Json } from "../search/json";
import { ServiceError, type Call, type Input, type Output, type Service } from "../service";
import type { World } from "../world";
import { createChangeSetOperations, registerChangeSets } from "./cloudformation/changeSets";
import { begin, registerEngine } from "./cloudformation/engine";
import { findStack, getStack, stacksOf, type StackState } from "./cloudformation/state";
import { invalid, parseTemplate } from "./cloudformation/template";

/** CloudFormation: stacks made through change sets; each operation moves on by tasks of the world. */
export function createCloudFormation(world: World): Service {
  return {
    name: "cloudformation",
    operations: {
      ...createChangeSetOperations(world),
      DescribeStacks: (input, call) => describeStacks(world, input, call),
      ListStacks: (input, call) => listStacks(world, input, call),
      DescribeStackEvents: (input, call) => describeEvents(world, input, call),
      ListStackResources: (input, call) => ({ StackResourceSummaries: resourcesOf(stackOf(world, input, call)) }),
      DescribeStackResources: (input, call) => {
        const stack = stackOf(world, input, call);
        return { StackResources: resourcesOf(stack).map((one) => ({ ...one, StackId: stack.id, StackName: stack.name })) };
      },
      GetTemplate: (input, call) => ({
        TemplateBody: stackOf(world, input, call).source.template,
        StagesAvailable: ["Original", "Processed"],
      }),
      DeleteStack: (input, call) => deleteStack(world, input, call),
      UpdateTerminationProtection: (input, call) => {
        const stack = stackOf(world, input, call);
        stack.protected = String(input["EnableTerminationProtection"]) === "true";
        world.save();
        return { StackId: stack.id };
      },
      CancelUpdateStack: (input, call) => {
        const { operation, status } = stackOf(world, input, call);
        if (status !== "UPDATE_IN_PROGRESS" || operation === undefined) {
          throw invalid("CancelUpdateStack cannot be called from current stack status");
        }
        operation.cancelled = true;
        return undefined;
      },
      ContinueUpdateRollback: (input, call) => {
        const stack = stackOf(world, input, call);
        if (stack.status !== "UPDATE_ROLLBACK_FAILED") {
          throw invalid(`Stack:${stack.id} is in ${stack.status} state and can not be continued.`);
        }
        begin(world, stack, "updateRollback", { token: textOf(input, "ClientRequestToken") });
        return {};
      },
      ...driftOperations(world),
    },
    start() {
      registerEngine(world);
      registerChangeSets(world);
    },
  };
}

const pageSize = 100;

const textOf = (input: Input, name: string): string | undefined => (typeof input[name] === "string" ? input[name] : undefined);

function stackOf(world: World, input: Input, call: Call): StackState {
  const name = String(input["StackName"]);
  return getStack(world, call, name, `Stack with id ${name} does not exist`);
}

function page<T>(items: readonly T[], input: Input): { items: readonly T[]; NextToken: string | undefined } {
  const from = Number(input["NextToken"] ?? 0);
  if (!Number.isInteger(from) || from < 0) {
    throw invalid("The NextToken is not valid.");
  }
  return { items: items.slice(from, from + pageSize), NextToken: from + pageSize < items.length ? String(from + pageSize) : undefined };
}

function describeStacks(world: World, input: Input, call: Call): Output {
  if (input["StackName"] !== undefined && input["StackName"] !== "") {
    return { Stacks: [shapeOf(stackOf(world, input, call))] };
  }
  const living = [...stacksOf(world).values()].filter((stack) => stack.region === call.region && stack.deleted === undefined);
  const { items, NextToken } = page(living, input);
  return { Stacks: items.map(shapeOf), NextToken };
}

function shapeOf(stack: StackState): Json {
  const template = parseTemplate(stack.source.template);
  return {
    StackId: stack.id,
    StackName: stack.name,
    Description: template.Description,
    Parameters: Object.entries(stack.source.parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    CreationTime: new Date(stack.created),
    DeletionTime: dateOf(stack.deleted),
    LastUpdatedTime: dateOf(stack.updated),
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    DisableRollback: stack.onFailure === "DO_NOTHING",
    Capabilities: ["CAPABILITY_NAMED_IAM"],
    Outputs: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({
      OutputKey,
      OutputValue,
      Description: template.Outputs?.[OutputKey]?.["Description"],
    })),
    Tags: stack.source.tags,
    EnableTerminationProtection: stack.protected,
    DriftInformation: { StackDriftStatus: "NOT_CHECKED" },
  };
}

const dateOf = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));

function listStacks(world: World, input: Input, call: Call): Output {
  const wanted = Array.isArray(input["StackStatusFilter"]) ? input["StackStatusFilter"] : undefined;
  const found = [...stacksOf(world).values()].filter(
    (stack) => stack.region === call.region && (wanted === undefined || wanted.includes(stack.status)),
  );
  const { items, NextToken } = page(found, input);
  const summaries = items.map((stack) => {
    const { StackId, StackName, CreationTime, LastUpdatedTime, DeletionTime, StackStatus, StackStatusReason } = shapeOf(stack);
    return { StackId, StackName, CreationTime, LastUpdatedTime, DeletionTime, StackStatus, StackStatusReason };
  });
  return { StackSummaries: summaries, NextToken };
}

function describeEvents(world: World, input: Input, call: Call): Output {
  const stack = stackOf(world, input, call);
  const { items, NextToken } = page(stack.events, input);
  const events = items.map((event) => ({
    StackId: stack.id,
    EventId: event.id,
    StackName: stack.name,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: new Date(event.time),
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
    ClientRequestToken: event.token,
  }));
  return { StackEvents: events, NextToken };
}

function resourcesOf(stack: StackState): Json[] {
  return Object.entries(stack.resources).map(([LogicalResourceId, resource]) => ({
    LogicalResourceId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    LastUpdatedTimestamp: new Date(resource.time),
    Timestamp: new Date(resource.time),
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.reason,
    DriftInformation: { StackResourceDriftStatus: "NOT_CHECKED" },
  }));
}

function deleteStack(world: World, input: Input, call: Call): Output {
  const stack = findStack(world, call, String(input["StackName"]));
  if (stack === undefined || stack.deleted !== undefined || stack.operation?.kind === "delete") {
    return undefined;
  }
  if (stack.protected) {
    throw invalid(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  }
  if (stack.operation !== undefined && stack.operation.kind !== "create") {
    throw invalid(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`);
  }
  const retain = Array.isArray(input["RetainResources"]) ? input["RetainResources"].map(String) : [];
  if (retain.length > 0 && stack.status !== "DELETE_FAILED") {
    throw invalid(`Invalid operation on stack [${stack.id}]. RetainResources can only be used when the stack is in DELETE_FAILED state.`);
  }
  begin(world, stack, "delete", { retain, token: textOf(input, "ClientRequestToken") }, "User Initiated");
  return undefined;
}

/** The sandbox does not compare resources with their template: it says so. */
function driftOperations(world: World): Service["operations"] {
  const detections = world.collection("cloudformation.drifts");
  return {
    DetectStackDrift: (input, call) => {
      const id = world.uuid();
      detections.set(id, { stackId: stackOf(world, input, call).id, time: world.now() });
      world.save();
      return { StackDriftDetectionId: id };
    },
    DescribeStackDriftDetectionStatus: (input) => {
      const id = String(input["StackDriftDetectionId"]);
      const found = detections.get(id);
      if (!isObject(found)) {
        throw new ServiceError("ValidationError", `StackDriftDetectionId ${id} does not exist`);
      }
      return {
        StackId: found["stackId"],
        StackDriftDetectionId: id,
        DetectionStatus: "DETECTION_FAILED",
        DetectionStatusReason: "The sandbox does not detect drift.",
        Timestamp: new Date(Number(found["time"])),
      };
    },
    DescribeStackResourceDrifts: (input, call) => ({
      StackResourceDrifts: Object.entries(stackOf(world, input, call).resources).map(([LogicalResourceId, resource]) => ({
        LogicalResourceId,
        PhysicalResourceId: resource.physicalId,
        ResourceType: resource.type,
        StackResourceDriftStatus: "NOT_CHECKED",
      })),
    }),
  };
}
