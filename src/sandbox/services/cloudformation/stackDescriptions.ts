import { pageOf, type Reader } from "../../inputs";
import type { Call, Output, Service } from "../../service";
import type { World } from "../../world";
import { parametersOut } from "./changeSets";
import { read, stackReference } from "./inputs";
import { getStack, stacksOf, validationError, type StackItem } from "./items";
import { parseTemplate } from "./template";

/** What can be asked about stacks. */
export function describeOperations(world: World): Service["operations"] {
  return {
    DescribeStacks: (input, call) => {
      const reader = read(input);
      if (reader.has("StackName")) {
        return { Stacks: [describe(getStack(world, call, stackReference(reader)))] };
      }
      const living = inRegion(world, call).filter((stack) => stack.status !== "DELETE_COMPLETE");
      return page(reader, "Stacks", living.map(describe));
    },
    ListStacks: (input, call) => {
      const reader = read(input);
      const wanted = reader.texts("StackStatusFilter");
      const found = inRegion(world, call).filter((stack) => wanted.length === 0 || wanted.includes(stack.status));
      return page(reader, "StackSummaries", found.map(summarize));
    },
    ListExports: (input, call) => {
      const found = inRegion(world, call)
        .filter((stack) => stack.status !== "DELETE_COMPLETE")
        .flatMap((stack) =>
          stack.outputs.flatMap(({ exportName, value }) =>
            exportName === undefined ? [] : [{ ExportingStackId: stack.id, Name: exportName, Value: value }],
          ),
        )
        .sort((a, b) => (a.Name < b.Name ? -1 : 1));
      return page(read(input), "Exports", found);
    },
    ListStackResources: (input, call) => {
      const reader = read(input);
      const stack = getStack(world, call, stackReference(reader));
      return page(
        reader,
        "StackResourceSummaries",
        resourcesOf(stack).map((each) => ({ ...each, LastUpdatedTimestamp: each["Timestamp"], Timestamp: undefined })),
      );
    },
    DescribeStackResources: (input, call) => {
      const reader = read(input);
      const physicalId = reader.text("PhysicalResourceId");
      const wanted = reader.text("LogicalResourceId");
      const stack =
        physicalId === undefined
          ? getStack(world, call, stackReference(reader))
          : inRegion(world, call).find((each) => Object.values(each.resources).some((item) => item.physicalId === physicalId));
      if (stack === undefined) {
        throw validationError(`Stack for ${physicalId ?? ""} does not exist`);
      }
      const found = resourcesOf(stack)
        .filter((each) => wanted === undefined || each["LogicalResourceId"] === wanted)
        .slice(0, 100);
      return { StackResources: found.map((each) => ({ StackName: stack.name, StackId: stack.id, ...each })) };
    },
    DescribeStackResource: (input, call) => {
      const reader = read(input);
      const stack = getStack(world, call, stackReference(reader));
      const wanted = reader.requiredText("LogicalResourceId");
      const found = resourcesOf(stack).find((each) => each["LogicalResourceId"] === wanted);
      if (found === undefined) {
        throw validationError(`Resource ${wanted} does not exist for stack ${stack.name}`);
      }
      const { Timestamp: LastUpdatedTimestamp, ...rest } = found;
      return { StackResourceDetail: { StackName: stack.name, StackId: stack.id, LastUpdatedTimestamp, ...rest } };
    },
  };
}

function inRegion(world: World, call: Call): StackItem[] {
  return [...stacksOf(world).values()].filter((stack) => stack.region === call.region).reverse();
}

function page(reader: Reader, name: string, items: readonly unknown[]): Output {
  const { items: found, next } = pageOf(items, reader.text("NextToken"), 100, () => validationError("Invalid NextToken"));
  return { [name]: found, NextToken: next };
}

const driftOf = (status: string | undefined, checked: number | undefined): Record<string, unknown> => ({
  StackDriftStatus: status ?? "NOT_CHECKED",
  LastCheckTimestamp: checked === undefined ? undefined : new Date(checked),
});

function describe(stack: StackItem): Record<string, unknown> {
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: stack.changeSetId,
    Description: stack.template === "" ? undefined : parseTemplate(stack.template).description,
    Parameters: parametersOut(stack.template, stack.parameters),
    CreationTime: new Date(stack.created),
    DeletionTime: stack.deleted === undefined ? undefined : new Date(stack.deleted),
    LastUpdatedTime: stack.updated === undefined ? undefined : new Date(stack.updated),
    RollbackConfiguration: {},
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    DisableRollback: stack.disableRollback,
    NotificationARNs: [],
    Capabilities: stack.capabilities,
    Outputs: stack.outputs.map((output) => ({
      OutputKey: output.key,
      OutputValue: output.value,
      Description: output.description,
      ExportName: output.exportName,
    })),
    RoleARN: stack.roleArn,
    Tags: stack.tags,
    EnableTerminationProtection: stack.isProtected,
    DriftInformation: driftOf(stack.drift, stack.driftChecked),
  };
}

function summarize(stack: StackItem): Record<string, unknown> {
  return {
    StackId: stack.id,
    StackName: stack.name,
    TemplateDescription: stack.template === "" ? undefined : parseTemplate(stack.template).description,
    CreationTime: new Date(stack.created),
    LastUpdatedTime: stack.updated === undefined ? undefined : new Date(stack.updated),
    DeletionTime: stack.deleted === undefined ? undefined : new Date(stack.deleted),
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    DriftInformation: driftOf(stack.drift, stack.driftChecked),
  };
}

function resourcesOf(stack: StackItem): Record<string, unknown>[] {
  return Object.entries(stack.resources).map(([id, item]) => ({
    LogicalResourceId: id,
    PhysicalResourceId: item.physicalId,
    ResourceType: item.type,
    Timestamp: new Date(item.updated),
    ResourceStatus: item.status,
    ResourceStatusReason: item.reason,
    DriftInformation: {
      StackResourceDriftStatus: item.drift ?? "NOT_CHECKED",
      LastCheckTimestamp: item.driftChecked === undefined ? undefined : new Date(item.driftChecked),
    },
  }));
}

// Templates.
