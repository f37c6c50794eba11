import { pageOf, type Reader } from "../../inputs";
import { parsePolicy } from "../../policies";
import { ServiceError, type Call, type Input, type Output, type Service } from "../../service";
import type { World } from "../../world";
import { parametersOut } from "./changeSets";
import type { Engine } from "./engine";
import { setStackStatus } from "./events";
import { changeSetName, parametersIn, read, stackNamePattern, stackReference, tagsIn, templateIn, tokenOf } from "./inputs";
import {
  addStack,
  changeSetsOf,
  findStack,
  getLivingStack,
  getStack,
  isBusy,
  stacksOf,
  validationError,
  type OperationItem,
  type StackItem,
} from "./items";
import { begins } from "./operations";
import { checkCapabilities, compare, neededCapability, outputsOf, propertiesOf, scopeOf, toPlan } from "./plan";
import { parseTemplate, resolveParameters, type Template } from "./template";
import { onceByToken } from "./tokens";
import { typeOf } from "./types/registry";
import { isSame } from "./types/resourceType";

export function stackOperations(world: World, engine: Engine): Service["operations"] {
  return {
    ...describeOperations(world),
    ...templateOperations(world),
    ...changeOperations(world, engine),
    UpdateTerminationProtection: (input, call) => {
      const reader = read(input);
      const stack = getLivingStack(world, call, stackReference(reader));
      const isProtected = reader.flag("EnableTerminationProtection");
      if (isProtected === undefined) {
        throw reader.violation("EnableTerminationProtection", null, "Member must not be null");
      }
      stack.isProtected = isProtected;
      world.save();
      return { StackId: stack.id };
    },
    SetStackPolicy: (input, call) => {
      const reader = read(input);
      const stack = getLivingStack(world, call, stackReference(reader));
      const body = reader.requiredText("StackPolicyBody", { min: 1, max: 16_384 });
      if (parsePolicy(body) === undefined) {
        throw validationError("Error validating stack policy: Invalid stack policy");
      }
      stack.policy = body;
      world.save();
      return undefined;
    },
    GetStackPolicy: (input, call) => ({ StackPolicyBody: getLivingStack(world, call, stackReference(read(input))).policy }),
  };
}

// What there is.

function describeOperations(world: World): Service["operations"] {
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

function templateOperations(world: World): Service["operations"] {
  return {
    GetTemplate: (input, call) => {
      const reader = read(input);
      const stack = reader.has("StackName") ? getStack(world, call, stackReference(reader)) : undefined;
      const named = reader.has("ChangeSetName") ? changeSetName(reader) : undefined;
      const changeSet = [...changeSetsOf(world).values()].find(
        (each) => each.id === named || (each.name === named && each.stackId === stack?.id),
      );
      if (named !== undefined && changeSet === undefined) {
        throw new ServiceError("ChangeSetNotFound", `ChangeSet [${named}] does not exist`, 404);
      }
      if (stack === undefined && changeSet === undefined) {
        throw validationError("StackName is required if ChangeSetName is not specified.");
      }
      return { TemplateBody: changeSet?.template ?? stack?.template, StagesAvailable: ["Original", "Processed"] };
    },
    ValidateTemplate: (input) => {
      const template = checked(world, templateIn(read(input), undefined));
      return {
        ...summary(template),
        Parameters: declarations(template).map((each) => ({ ...each, ParameterType: undefined, ParameterConstraints: undefined })),
      };
    },
    GetTemplateSummary: (input, call) => {
      const reader = read(input);
      const text = reader.has("StackName") ? getStack(world, call, stackReference(reader)).template : templateIn(reader, undefined);
      const template = checked(world, text);
      const types = [...new Set(Object.values(template.resources).map((resource) => resource.type))];
      return {
        ...summary(template),
        Parameters: declarations(template),
        ResourceTypes: types,
        Version: template.version,
        Metadata: template.metadata === undefined ? undefined : JSON.stringify(template.metadata),
        DeclaredTransforms: [],
        ResourceIdentifierSummaries: types
          .filter((type) => typeOf(type).nameProperty !== undefined)
          .map((type) => ({
            ResourceType: type,
            LogicalResourceIds: Object.entries(template.resources)
              .filter(([, resource]) => resource.type === type)
              .map(([id]) => id),
            ResourceIdentifiers: [typeOf(type).nameProperty],
          })),
      };
    },
  };
}

function checked(world: World, text: string): Template {
  const template = parseTemplate(text);
  const defaults = Object.fromEntries(Object.entries(template.parameters).map(([name, parameter]) => [name, parameter.default ?? ""]));
  toPlan(world, { id: "template", name: "template", region: "us-east-1" }, template, defaults, []);
  return template;
}

function summary(template: Template): Record<string, unknown> {
  const needed = neededCapability(template);
  const iam = [...new Set(Object.values(template.resources).map((each) => each.type))].filter((type) => type.startsWith("AWS::IAM::"));
  return {
    Description: template.description,
    Capabilities: needed === undefined ? [] : [needed],
    CapabilitiesReason: needed === undefined ? undefined : `The following resource(s) require capabilities: [${iam.join(", ")}]`,
  };
}

function declarations(template: Template): Record<string, unknown>[] {
  return Object.entries(template.parameters).map(([key, parameter]) => ({
    ParameterKey: key,
    DefaultValue: parameter.default,
    ParameterType: parameter.type,
    NoEcho: parameter.noEcho,
    Description: parameter.description,
    ParameterConstraints: { AllowedValues: parameter.raw["AllowedValues"] },
  }));
}

// Changing a stack.

const callerOf = (call: Call): OperationItem["caller"] => ({
  accessKeyId: call.accessKeyId ?? "",
  region: call.region,
  service: "cloudformation",
});

function changeOperations(world: World, engine: Engine): Service["operations"] {
  const once =
    (operation: string, run: (reader: Reader, input: Input, call: Call) => Record<string, unknown>) => (input: Input, call: Call) => {
      const reader = read(input);
      return onceByToken(world, call.region, operation, tokenOf(reader), input, () => run(reader, input, call));
    };
  const silently = (operation: (input: Input, call: Call) => Output) => (input: Input, call: Call) => {
    operation(input, call);
    return undefined;
  };
  return {
    CreateStack: once("CreateStack", (reader, _input, call) => createStack(world, engine, reader, call)),
    UpdateStack: once("UpdateStack", (reader, _input, call) => updateStack(world, engine, reader, call)),
    DeleteStack: silently(once("DeleteStack", (reader, _input, call) => deleteStack(world, engine, reader, call))),
    CancelUpdateStack: silently(
      once("CancelUpdateStack", (reader, _input, call) => {
        const stack = getLivingStack(world, call, stackReference(reader));
        if (stack.status !== "UPDATE_IN_PROGRESS" || stack.operation === undefined) {
          throw validationError(`CancelUpdateStack cannot be called from current stack status`);
        }
        stack.operation = { ...stack.operation, cancelled: true, ...withToken(reader) };
        engine.begin(stack, stack.operation);
        return {};
      }),
    ),
    ContinueUpdateRollback: once("ContinueUpdateRollback", (reader, _input, call) => continueRollback(world, engine, reader, call)),
    RollbackStack: once("RollbackStack", (reader, _input, call) => rollbackStack(world, engine, reader, call)),
  };
}

const withToken = (reader: Reader): { readonly token?: string } => {
  const token = tokenOf(reader);
  return token === undefined ? {} : { token };
};

function createStack(world: World, engine: Engine, reader: Reader, call: Call): Record<string, unknown> {
  const name = reader.requiredText("StackName", { min: 1, max: 128, pattern: stackNamePattern });
  const existing = findStack(world, call.region, name);
  const text = templateIn(reader, undefined);
  const template = parseTemplate(text);
  const capabilities = [...reader.texts("Capabilities")];
  const parameters = resolveParameters(template, parametersIn(reader, undefined));
  checkCapabilities(template, capabilities);
  toPlan(world, { id: "new", name, region: call.region }, template, parameters, []);
  if (existing !== undefined) {
    throw new ServiceError("AlreadyExistsException", `Stack [${name}] already exists`);
  }
  const tags = tagsIn(reader);
  const onFailure = reader.text("OnFailure", { values: ["DO_NOTHING", "ROLLBACK", "DELETE"] });
  const stack = addStack(world, call.region, name, "CREATE_IN_PROGRESS");
  stack.isProtected = reader.flag("EnableTerminationProtection") ?? false;
  const operationId = begins(world, engine, stack, {
    kind: "create",
    template: text,
    parameters,
    tags,
    capabilities,
    token: tokenOf(reader),
    caller: callerOf(call),
    onFailure: (onFailure ?? (reader.flag("DisableRollback") === true ? "DO_NOTHING" : "ROLLBACK")) as "ROLLBACK",
    retainExceptOnCreate: reader.flag("RetainExceptOnCreate") ?? false,
  });
  return { StackId: stack.id, OperationId: operationId };
}

function updateStack(world: World, engine: Engine, reader: Reader, call: Call): Record<string, unknown> {
  const stack = getLivingStack(world, call, stackReference(reader));
  if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$|^(CREATE|UPDATE)_FAILED$/.test(stack.status)) {
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
  }
  const text = templateIn(reader, stack);
  const template = parseTemplate(text);
  const capabilities = [...reader.texts("Capabilities")];
  const parameters = resolveParameters(template, parametersIn(reader, stack));
  checkCapabilities(template, capabilities);
  const tags = reader.has("Tags") ? tagsIn(reader) : stack.tags;
  const plan = toPlan(world, stack, template, parameters, tags);
  const isUnchanged =
    Object.keys(stack.resources).every((id) => plan.order.includes(id)) &&
    plan.order.every((id) => {
      const item = stack.resources[id];
      const after = propertiesOf(plan, id, scopeOf(world, stack, plan));
      return item?.physicalId !== undefined && compare(item.type, item.properties, after, {}).length === 0;
    });
  if (isUnchanged && isSame(outputsOf(world, stack, plan), stack.outputs)) {
    throw validationError("No updates are to be performed.");
  }
  const operationId = begins(world, engine, stack, {
    kind: "update",
    template: text,
    parameters,
    tags,
    capabilities,
    token: tokenOf(reader),
    caller: callerOf(call),
    onFailure: reader.flag("DisableRollback") === true ? "DO_NOTHING" : "ROLLBACK",
    retainExceptOnCreate: reader.flag("RetainExceptOnCreate") ?? false,
  });
  return { StackId: stack.id, OperationId: operationId };
}

/** A stack that is not there is as good as deleted. */
function deleteStack(world: World, engine: Engine, reader: Reader, call: Call): Record<string, unknown> {
  const stack = findStack(world, call.region, stackReference(reader));
  if (stack === undefined || stack.status === "DELETE_COMPLETE" || stack.status === "DELETE_IN_PROGRESS") {
    return {};
  }
  if (stack.isProtected) {
    throw validationError(`Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`);
  }
  if (isBusy(stack) && stack.status !== "CREATE_IN_PROGRESS" && stack.status !== "ROLLBACK_IN_PROGRESS") {
    throw validationError(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`);
  }
  const retain = [...reader.texts("RetainResources")];
  if (retain.length > 0 && stack.status !== "DELETE_FAILED") {
    throw validationError(
      `Invalid operation on stack [${stack.id}]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
    );
  }
  const unknown = retain.filter((id) => stack.resources[id] === undefined);
  if (unknown.length > 0) {
    throw validationError(`The specified resources to retain must be in a valid state. [${unknown.join(", ")}]`);
  }
  for (const [id, changeSet] of changeSetsOf(world)) {
    if (changeSet.stackId === stack.id) {
      changeSetsOf(world).delete(id);
    }
  }
  engine.begin(stack, {
    id: world.uuid(),
    kind: "delete",
    caller: callerOf(call),
    onFailure: "ROLLBACK",
    steps: engine.removal.steps(stack),
    retain,
    isForced: reader.text("DeletionMode", { values: ["STANDARD", "FORCE_DELETE_STACK"] }) === "FORCE_DELETE_STACK",
    ...withToken(reader),
  });
  setStackStatus(world, stack, "DELETE_IN_PROGRESS", "User Initiated");
  return {};
}

function continueRollback(world: World, engine: Engine, reader: Reader, call: Call): Record<string, unknown> {
  const stack = getLivingStack(world, call, stackReference(reader));
  const { rollbackTo } = stack;
  if (stack.status !== "UPDATE_ROLLBACK_FAILED" || rollbackTo === undefined) {
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not continue rolling back.`);
  }
  const skipped = reader.texts("ResourcesToSkip").map((id) => id.split(".").at(-1) ?? id);
  const unknown = skipped.filter((id) => stack.resources[id]?.status !== "UPDATE_FAILED");
  if (unknown.length > 0) {
    throw validationError(`ResourcesToSkip can only list resources that are in the UPDATE_FAILED state: [${unknown.join(", ")}]`);
  }
  const isForced = reader.flag("ForceRollback") === true;
  if (isForced && skipped.length > 0) {
    throw validationError("ForceRollback and ResourcesToSkip cannot be used together.");
  }
  for (const [id, item] of Object.entries(stack.resources)) {
    const old = rollbackTo.resources[id];
    if (old !== undefined && (skipped.includes(id) || (isForced && item.status === "UPDATE_FAILED"))) {
      stack.resources[id] = { ...old, status: "UPDATE_COMPLETE" };
    }
  }
  setStackStatus(world, stack, "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated");
  engine.reversal.begin(stack, {
    id: world.uuid(),
    kind: "updateRollback",
    caller: callerOf(call),
    onFailure: "ROLLBACK",
    steps: [],
    before: rollbackTo,
    ...withToken(reader),
  });
  return {};
}

function rollbackStack(world: World, engine: Engine, reader: Reader, call: Call): Record<string, unknown> {
  const stack = getLivingStack(world, call, stackReference(reader));
  const operation: OperationItem = {
    id: world.uuid(),
    kind: "rollback",
    caller: callerOf(call),
    onFailure: "ROLLBACK",
    retainExceptOnCreate: reader.flag("RetainExceptOnCreate") ?? false,
    steps: [],
    ...withToken(reader),
  };
  if (stack.status === "CREATE_FAILED") {
    engine.begin(stack, { ...operation, steps: engine.removal.steps(stack) });
    setStackStatus(world, stack, "ROLLBACK_IN_PROGRESS", "User Initiated");
  } else if (stack.status === "UPDATE_FAILED" && stack.rollbackTo !== undefined) {
    setStackStatus(world, stack, "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated");
    engine.reversal.begin(stack, { ...operation, kind: "updateRollback", before: stack.rollbackTo });
  } else {
    throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be rolled back.`);
  }
  return { StackId: stack.id, OperationId: operation.id };
}
