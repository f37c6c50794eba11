import type { Reader } from "../../inputs";
import { ServiceError, type Call, type Input, type Output, type Service } from "../../service";
import type { World } from "../../world";
import type { Engine } from "./engine";
import { setStackStatus } from "./events";
import { parametersIn, read, stackNamePattern, stackReference, tagsIn, templateIn, tokenOf } from "./inputs";
import { addStack, changeSetsOf, findStack, getLivingStack, isBusy, validationError, type OperationItem } from "./items";
import { begins } from "./operations";
import { checkCapabilities, compare, outputsOf, propertiesOf, scopeOf, toPlan } from "./plan";
import { parseTemplate, resolveParameters } from "./template";
import { onceByToken } from "./tokens";
import { isSame } from "./types/resourceType";

const callerOf = (call: Call): OperationItem["caller"] => ({
  accessKeyId: call.accessKeyId ?? "",
  region: call.region,
  service: "cloudformation",
});

/** Creating, updating, deleting and rolling back without a change set. */
export function changeOperations(world: World, engine: Engine): Service["operations"] {
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
