import { pageOf, type Reader } from "../../inputs";
import { ServiceError, type Call, type Input, type Output, type Service } from "../../service";
import type { World } from "../../world";
import { createChangeSet, isExecuted } from "./changeSetMaking";
import type { Engine } from "./engine";
import { changeSetName, read, stackReference, tokenOf } from "./inputs";
import { changeSetsOf, getLivingStack, getStack, isBusy, validationError, type ChangeSetItem } from "./items";
import { begins } from "./operations";
import { parseTemplate } from "./template";
import { onceByToken } from "./tokens";

/** Change sets: made, described, executed, deleted. */
export function changeSetOperations(world: World, engine: Engine): Service["operations"] {
  return {
    CreateChangeSet: (input, call) => createChangeSet(world, input, call),
    DescribeChangeSet: (input, call) => describeChangeSet(world, input, call),
    ListChangeSets: (input, call) => listChangeSets(world, input, call),
    ExecuteChangeSet: (input, call) => executeChangeSet(world, engine, input, call),
    DeleteChangeSet: (input, call) => deleteChangeSet(world, input, call),
  };
}

/** By id, or by name with the stack's. */
export function getChangeSet(world: World, reader: Reader, call: Call): ChangeSetItem {
  const name = changeSetName(reader);
  const stackName = reader.text("StackName");
  if (!name.startsWith("arn:") && stackName === undefined) {
    throw validationError("StackName must be specified if ChangeSetName is not specified as an ARN.");
  }
  const stack = stackName === undefined ? undefined : getStack(world, call, stackReference(reader));
  const found = name.startsWith("arn:")
    ? changeSetsOf(world).get(name)
    : [...changeSetsOf(world).values()]
        .filter((each) => each.name === name && each.stackId === stack?.id)
        .sort((a, b) => Number(isExecuted(a)) - Number(isExecuted(b)))[0];
  if (found?.caller.region !== call.region || (stack !== undefined && found.stackId !== stack.id)) {
    throw new ServiceError("ChangeSetNotFound", `ChangeSet [${name}] does not exist`, 404);
  }
  return found;
}

function describeChangeSet(world: World, input: Input, call: Call): Output {
  const reader = read(input);
  const changeSet = getChangeSet(world, reader, call);
  const withValues = reader.flag("IncludePropertyValues") === true;
  const { items, next } = pageOf(changeSet.changes, reader.text("NextToken"), 100, () => validationError("Invalid NextToken"));
  return {
    ChangeSetName: changeSet.name,
    ChangeSetId: changeSet.id,
    StackId: changeSet.stackId,
    StackName: changeSet.stackName,
    Description: changeSet.description,
    Parameters: parametersOut(changeSet.template, changeSet.parameters),
    CreationTime: new Date(changeSet.created),
    ExecutionStatus: changeSet.execution,
    Status: changeSet.status,
    StatusReason: changeSet.reason,
    NotificationARNs: [],
    RollbackConfiguration: {},
    Capabilities: changeSet.capabilities,
    Tags: changeSet.tags,
    Changes: items.map((change) => (withValues ? change : withoutValues(change))),
    NextToken: next,
    IncludeNestedStacks: false,
    OnStackFailure: changeSet.onStackFailure,
    DeploymentMode: changeSet.deploymentMode,
    StackDriftStatus: changeSet.stackDrift,
  };
}

/** Values of parameters marked NoEcho stay hidden. */
export function parametersOut(template: string, parameters: Readonly<Record<string, string>>): readonly Record<string, string>[] {
  const declared = template === "" ? {} : parseTemplate(template).parameters;
  return Object.entries(parameters).map(([key, value]) => ({
    ParameterKey: key,
    ParameterValue: declared[key]?.noEcho === true ? "****" : value,
  }));
}

function withoutValues(change: Record<string, unknown>): Record<string, unknown> {
  const rest = omit(change["ResourceChange"], ["BeforeContext", "AfterContext"]);
  const details = (rest["Details"] as Record<string, unknown>[]).map((each) => ({
    ...each,
    Target: omit(each["Target"], ["BeforeValue", "AfterValue", "AttributeChangeType"]),
  }));
  return { ...change, ResourceChange: { ...rest, Details: details } };
}

function omit(value: unknown, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value as Record<string, unknown>).filter(([name]) => !names.includes(name)));
}

function listChangeSets(world: World, input: Input, call: Call): Output {
  const reader = read(input);
  const stack = getStack(world, call, stackReference(reader));
  const all = [...changeSetsOf(world).values()].filter((each) => each.stackId === stack.id);
  const { items, next } = pageOf(all, reader.text("NextToken"), 100, () => validationError("Invalid NextToken"));
  return {
    Summaries: items.map((each) => ({
      StackId: each.stackId,
      StackName: each.stackName,
      ChangeSetId: each.id,
      ChangeSetName: each.name,
      ExecutionStatus: each.execution,
      Status: each.status,
      StatusReason: each.reason,
      CreationTime: new Date(each.created),
      Description: each.description,
      IncludeNestedStacks: false,
    })),
    NextToken: next,
  };
}

function executeChangeSet(world: World, engine: Engine, input: Input, call: Call): Output {
  const reader = read(input);
  const token = tokenOf(reader);
  return onceByToken(world, call.region, "ExecuteChangeSet", token, input, () => {
    const changeSet = getChangeSet(world, reader, call);
    const stack = getLivingStack(world, call, changeSet.stackId);
    if (changeSet.status !== "CREATE_COMPLETE" || changeSet.execution !== "AVAILABLE") {
      const status = changeSet.status === "CREATE_COMPLETE" ? changeSet.execution : changeSet.status;
      throw new ServiceError(
        "InvalidChangeSetStatus",
        `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${status}]`,
      );
    }
    if (isBusy(stack)) {
      throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
    }
    const disableRollback = reader.flag("DisableRollback");
    if (disableRollback !== undefined && changeSet.onStackFailure !== undefined) {
      throw validationError("DisableRollback cannot be set when the change set was created with OnStackFailure.");
    }
    const onFailure = disableRollback === true ? "DO_NOTHING" : (changeSet.onStackFailure ?? "ROLLBACK");
    changeSet.execution = "EXECUTE_IN_PROGRESS";
    for (const [id, other] of changeSetsOf(world)) {
      if (other.stackId === stack.id && other !== changeSet) {
        changeSetsOf(world).delete(id);
      }
    }
    stack.changeSetId = changeSet.id;
    begins(world, engine, stack, {
      ...changeSet,
      kind: stack.status === "REVIEW_IN_PROGRESS" ? "create" : "update",
      token,
      onFailure: onFailure as "ROLLBACK",
      retainExceptOnCreate: reader.flag("RetainExceptOnCreate") ?? false,
      caller: { ...changeSet.caller, accessKeyId: call.accessKeyId ?? "" },
    });
    return {};
  });
}

function deleteChangeSet(world: World, input: Input, call: Call): Output {
  const changeSet = getChangeSet(world, read(input), call);
  if (changeSet.execution === "EXECUTE_IN_PROGRESS") {
    throw new ServiceError("InvalidChangeSetStatus", `ChangeSet [${changeSet.id}] cannot be deleted in its current status.`);
  }
  changeSetsOf(world).delete(changeSet.id);
  world.save();
  return {};
}
