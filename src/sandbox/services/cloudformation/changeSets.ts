import type { Json } from "../../search/json";
import { ServiceError, type Call, type Input, type Output, type Service } from "../../service";
import type { World } from "../../world";
import { begin } from "./engine";
import { planChanges } from "./planning";
import {
  changeSetsOf,
  findStack,
  getStack,
  moveStack,
  stacksOf,
  type ChangeSetState,
  type Source,
  type StackState,
  type Tag,
} from "./state";
import { invalid, parameterValues, parseTemplate } from "./template";

const planTask = "cloudformation.plan";

export function createChangeSetOperations(world: World): Service["operations"] {
  return {
    CreateChangeSet: (input, call) => create(world, input, call),
    DescribeChangeSet: (input, call) => shapeOf(world, find(world, input, call)),
    ListChangeSets: (input, call) => {
      const stack = getStack(world, call, input["StackName"]);
      return { Summaries: ofStack(world, stack).map((one) => ({ ...shapeOf(world, one), Changes: undefined })) };
    },
    DeleteChangeSet: (input, call) => {
      const found = find(world, input, call);
      changeSetsOf(world).delete(found.id);
      world.save();
      return {};
    },
    ExecuteChangeSet: (input, call) => execute(world, input, call),
  };
}

const ofStack = (world: World, stack: StackState): ChangeSetState[] =>
  [...changeSetsOf(world).values()].filter(({ stackId }) => stackId === stack.id);

const text = (input: Input, name: string): string => (typeof input[name] === "string" ? input[name] : "");

function find(world: World, input: Input, call: Call): ChangeSetState {
  const name = text(input, "ChangeSetName");
  const byId = changeSetsOf(world).get(name);
  if (byId !== undefined) {
    return byId;
  }
  const stack = findStack(world, call, text(input, "StackName"));
  const found = stack === undefined ? undefined : ofStack(world, stack).find((one) => one.name === name);
  if (found === undefined) {
    throw new ServiceError("ChangeSetNotFound", `ChangeSet [${name}] does not exist`, 404);
  }
  return found;
}

function sourceOf(input: Input, stack: StackState | undefined): Source {
  const given = (input["Parameters"] as Record<string, unknown>[] | undefined | "") || [];
  const template = String(input["UsePreviousTemplate"]) === "true" ? (stack?.source.template ?? "") : text(input, "TemplateBody");
  const values = given.map((one) => [
    String(one["ParameterKey"]),
    String(one["UsePreviousValue"]) === "true"
      ? (stack?.source.parameters[String(one["ParameterKey"])] ?? "")
      : String(one["ParameterValue"]),
  ]);
  const parsed = parseTemplate(template);
  const tags = (input["Tags"] as Tag[] | undefined | "") || [];
  return { template, parameters: parameterValues(parsed, Object.fromEntries(values) as Record<string, string>), tags };
}

function create(world: World, input: Input, call: Call): Output {
  const name = text(input, "ChangeSetName");
  const stackName = text(input, "StackName");
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
    throw invalid(
      `1 validation error detected: Value '${name}' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  }
  const isCreate = input["ChangeSetType"] === "CREATE";
  const existing = findStack(world, call, stackName);
  const repeated = existing === undefined ? undefined : ofStack(world, existing).find((one) => one.name === name);
  if (repeated !== undefined) {
    if (repeated.token !== "" && repeated.token === text(input, "ClientToken")) {
      return { Id: repeated.id, StackId: repeated.stackId };
    }
    throw new ServiceError("AlreadyExistsException", `ChangeSet ${name} cannot be created due to a mismatch with existing attribute Name`);
  }
  const source = sourceOf(input, existing);
  checkCapabilities(source, input);
  const stack = isCreate
    ? (existing ?? newStack(world, stackName, source, call))
    : getStack(world, call, stackName, `Stack [${stackName}] does not exist`);
  if (isCreate && stack.status !== "REVIEW_IN_PROGRESS") {
    throw invalid(`Stack [${stackName}] already exists and cannot be created again with the changeSet [${name}].`);
  }
  if (
    !isCreate &&
    (stack.operation !== undefined ||
      !/^(CREATE|UPDATE|UPDATE_ROLLBACK)_(COMPLETE|FAILED)$/.test(stack.status) ||
      stack.status === "UPDATE_ROLLBACK_FAILED")
  ) {
    throw invalid(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  }
  const id = `arn:aws:cloudformation:${call.region}:${world.account}:changeSet/${name}/${world.uuid()}`;
  changeSetsOf(world).set(id, {
    id,
    name,
    stackId: stack.id,
    kind: isCreate ? "CREATE" : "UPDATE",
    source,
    token: text(input, "ClientToken"),
    description: text(input, "Description"),
    onFailure: text(input, "OnStackFailure") || "ROLLBACK",
    created: world.now(),
    status: "CREATE_PENDING",
    execution: "UNAVAILABLE",
    changes: [],
  });
  world.schedule(planTask, id, world.interval(4));
  return { Id: id, StackId: stack.id };
}

function checkCapabilities({ template }: Source, input: Input): void {
  const given = Array.isArray(input["Capabilities"]) ? input["Capabilities"] : [];
  const isNamed = Object.values(parseTemplate(template).Resources).some(({ Type }) => Type.startsWith("AWS::IAM::"));
  if (isNamed && !given.includes("CAPABILITY_NAMED_IAM")) {
    throw new ServiceError("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_NAMED_IAM]");
  }
}

function newStack(world: World, name: string, source: Source, call: Call): StackState {
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
    throw invalid(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
    );
  }
  const id = `arn:aws:cloudformation:${call.region}:${world.account}:stack/${name}/${world.uuid()}`;
  const stack: StackState = {
    id,
    name,
    region: call.region,
    accessKeyId: call.accessKeyId ?? "",
    status: "",
    created: world.now(),
    source,
    outputs: {},
    resources: {},
    events: [],
    protected: false,
    onFailure: "ROLLBACK",
  };
  stacksOf(world).set(id, stack);
  moveStack(world, stack, "REVIEW_IN_PROGRESS", "User Initiated");
  return stack;
}

/** Works out the changes of a pending change set. */
export function registerChangeSets(world: World): void {
  world.on(planTask, ({ key }) => {
    const changeSet = changeSetsOf(world).get(key);
    const stack = stacksOf(world).get(changeSet?.stackId ?? "");
    if (changeSet === undefined || stack === undefined) {
      return;
    }
    try {
      changeSet.changes = planChanges(world, stack, changeSet.source);
      const isSame =
        JSON.stringify(parseTemplate(stack.source.template).Outputs) === JSON.stringify(parseTemplate(changeSet.source.template).Outputs);
      if (changeSet.changes.length === 0 && isSame) {
        changeSet.status = "FAILED";
        changeSet.reason = "The submitted information didn't contain changes. Submit different information to create a change set.";
        return;
      }
      changeSet.status = "CREATE_COMPLETE";
      changeSet.execution = "AVAILABLE";
    } catch (thrown) {
      changeSet.status = "FAILED";
      changeSet.reason = thrown instanceof Error ? thrown.message : String(thrown);
    }
  });
}

function shapeOf(world: World, changeSet: ChangeSetState): Json {
  const { source } = changeSet;
  return {
    ChangeSetName: changeSet.name,
    ChangeSetId: changeSet.id,
    StackId: changeSet.stackId,
    StackName: stacksOf(world).get(changeSet.stackId)?.name,
    Description: changeSet.description === "" ? undefined : changeSet.description,
    Parameters: Object.entries(source.parameters).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    CreationTime: new Date(changeSet.created),
    ExecutionStatus: changeSet.execution,
    Status: changeSet.status,
    StatusReason: changeSet.reason,
    Tags: source.tags,
    OnStackFailure: changeSet.onFailure,
    Changes: changeSet.changes,
  };
}

function execute(world: World, input: Input, call: Call): Output {
  const changeSet = find(world, input, call);
  const stack = getStack(world, call, changeSet.stackId);
  const token = text(input, "ClientRequestToken") || undefined;
  if (changeSet.execution === "EXECUTE_IN_PROGRESS" && token !== undefined && stack.operation?.token === token) {
    return {};
  }
  if (changeSet.status !== "CREATE_COMPLETE" || changeSet.execution !== "AVAILABLE" || stack.operation !== undefined) {
    throw new ServiceError(
      "InvalidChangeSetStatus",
      `ChangeSet [${changeSet.id}] cannot be executed in its current execution status of [${changeSet.execution}]`,
    );
  }
  const before = { ...stack.source, resources: structuredClone(stack.resources) };
  changeSet.execution = "EXECUTE_IN_PROGRESS";
  ofStack(world, stack)
    .filter((one) => one !== changeSet)
    .forEach((one) => changeSetsOf(world).delete(one.id));
  stack.source = changeSet.source;
  stack.onFailure = String(input["DisableRollback"]) === "true" ? "DO_NOTHING" : changeSet.onFailure;
  if (changeSet.kind === "CREATE") {
    begin(world, stack, "create", { token }, "User Initiated");
  } else {
    begin(world, stack, "update", { token, before }, "User Initiated");
  }
  return {};
}
