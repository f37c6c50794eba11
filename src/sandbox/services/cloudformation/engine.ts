import { ServiceError, type Call } from "../../service";
import type { World } from "../../world";
import { changedProperties, physicalName, propertiesOf, providerOf } from "./planning";
import { moveResource, moveStack, scopeOf, stacksOf, type ResourceState, type Running, type StackState } from "./state";
import { activeResources, dependenciesOf, evaluate, holds } from "./template";

const tickTask = "cloudformation.tick";

const prefixes: Readonly<Record<Running["kind"], string>> = {
  create: "CREATE",
  update: "UPDATE",
  updateRollback: "UPDATE_ROLLBACK",
  rollback: "ROLLBACK",
  delete: "DELETE",
};

/** Begins an operation on the stack; it goes on by itself, also after a restart. */
export function begin(world: World, stack: StackState, kind: Running["kind"], more: Partial<Running> = {}, reason?: string): void {
  stack.operation = { token: undefined, retain: [], ...more, kind, done: [], running: [], obsolete: more.obsolete ?? [] };
  moveStack(world, stack, `${prefixes[kind]}_IN_PROGRESS`, reason);
  next(world, stack);
}

function next(world: World, stack: StackState): void {
  world.cancel(tickTask, stack.id);
  world.schedule(tickTask, stack.id, world.interval(4));
}

export function registerEngine(world: World): void {
  world.on(tickTask, async ({ key }) => {
    const stack = stacksOf(world).get(key);
    const operation = stack?.operation;
    if (stack === undefined || operation === undefined) {
      return;
    }
    const call = callOf(world, stack);
    if (operation.kind === "delete" || operation.kind === "rollback") {
      await shrink(world, stack, operation, call);
    } else {
      await grow(world, stack, operation, call);
    }
    if (stack.operation !== undefined) {
      next(world, stack);
    }
  });
}

function callOf(world: World, stack: StackState): Call {
  if (world.dispatcher === undefined) {
    throw new Error("The sandbox has no dispatcher yet.");
  }
  return world.dispatcher.callFor({ accessKeyId: stack.accessKeyId, region: stack.region, service: "cloudformation" });
}

function reasonOf(thrown: unknown, call: Call): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const code = thrown instanceof ServiceError ? handlerCode(thrown.code) : "InternalFailure";
  return `Resource handler returned message: "${message}" (RequestToken: ${call.requestId}, HandlerErrorCode: ${code})`;
}

function handlerCode(code: string): string {
  const known: readonly [RegExp, string][] = [
    [/AccessDenied/, "AccessDenied"],
    [/AlreadyExists|AlreadyOwned|InUse/, "AlreadyExists"],
    [/NotStabilized/, "NotStabilized"],
    [/LimitExceeded/, "ServiceLimitExceeded"],
    [/Throttl/, "Throttling"],
    [/NotFound|NoSuch/, "NotFound"],
  ];
  return known.find(([pattern]) => pattern.test(code))?.[1] ?? "InvalidRequest";
}

/** One step of creating, updating or going back. */
async function grow(world: World, stack: StackState, operation: Running, call: Call): Promise<void> {
  const verb = operation.kind === "create" ? "CREATE" : "UPDATE";
  await settle(world, stack, operation, call);
  if (operation.failed === undefined && operation.cancelled !== true) {
    await startReady(world, stack, operation, call);
  }
  if (operation.failed !== undefined || operation.cancelled === true) {
    fail(world, stack, operation, verb);
    return;
  }
  if (operation.running.length > 0 || operation.done.length < activeResources(scopeOf(world, stack)).length) {
    return;
  }
  await finish(world, stack, operation, call);
}

async function settle(world: World, stack: StackState, operation: Running, call: Call): Promise<void> {
  for (const logicalId of [...operation.running]) {
    const resource = stack.resources[logicalId];
    if (resource !== undefined) {
      const verb = resource.status.split("_")[0] ?? "CREATE";
      await attempt(world, stack, operation, logicalId, resource, verb, call, async () => {
        const attributes = await providerOf(resource.type).ready(resource.physicalId, resource.properties, call);
        if (attributes !== undefined) {
          resource.attributes = attributes;
          complete(world, stack, operation, logicalId, resource, verb);
        }
      });
    }
  }
}

function complete(world: World, stack: StackState, operation: Running, logicalId: string, resource: ResourceState, verb: string): void {
  drop(operation.running, logicalId);
  operation.done.push(logicalId);
  moveResource(world, stack, logicalId, resource, `${verb}_COMPLETE`);
}

function drop(list: string[], value: string): void {
  const index = list.indexOf(value);
  if (index >= 0) {
    list.splice(index, 1);
  }
}

async function attempt(
  world: World,
  stack: StackState,
  operation: Running,
  logicalId: string,
  resource: ResourceState,
  verb: string,
  call: Call,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    drop(operation.running, logicalId);
    operation.failed = operation.failed === undefined ? `[${logicalId}]` : operation.failed.replace("]", `, ${logicalId}]`);
    moveResource(world, stack, logicalId, resource, `${verb}_FAILED`, reasonOf(thrown, call));
  }
}

async function startReady(world: World, stack: StackState, operation: Running, call: Call): Promise<void> {
  const scope = scopeOf(world, stack);
  const active = activeResources(scope);
  const names = new Set(active.map(([logicalId]) => logicalId));
  for (const [logicalId, template] of active) {
    const isStarted = operation.done.includes(logicalId) || operation.running.includes(logicalId);
    const needed = dependenciesOf(template, scope.template).filter((name) => names.has(name));
    if (isStarted || !needed.every((name) => operation.done.includes(name))) {
      continue;
    }
    const existing = stack.resources[logicalId];
    const properties = propertiesOf(template, scope, stack.source.tags);
    if (existing === undefined) {
      await createResource(world, stack, operation, logicalId, call);
      continue;
    }
    const changed = changedProperties(existing.properties, properties);
    const isReplaced = changed.some((name) => providerOf(template.Type).createOnly.includes(name));
    if (changed.length === 0) {
      operation.done.push(logicalId);
    } else if (isReplaced) {
      moveResource(
        world,
        stack,
        logicalId,
        existing,
        "UPDATE_IN_PROGRESS",
        "Requested update requires the creation of a new physical resource; hence creating one.",
      );
      operation.obsolete.push({
        logicalId,
        resource: { ...existing, status: "UPDATE_COMPLETE", ...policyOf(template.UpdateReplacePolicy) },
      });
      await createResource(world, stack, operation, logicalId, call, "UPDATE");
    } else {
      const before = existing.properties;
      moveResource(world, stack, logicalId, existing, "UPDATE_IN_PROGRESS");
      operation.running.push(logicalId);
      await attempt(world, stack, operation, logicalId, existing, "UPDATE", call, async () => {
        await providerOf(existing.type).update(existing.physicalId, properties, before, call);
        existing.properties = properties;
      });
    }
  }
}

const policyOf = (policy: string | undefined): { deletionPolicy: string } => ({ deletionPolicy: policy ?? "Delete" });

async function createResource(
  world: World,
  stack: StackState,
  operation: Running,
  logicalId: string,
  call: Call,
  verb = "CREATE",
): Promise<void> {
  const scope = scopeOf(world, stack);
  const template = scope.template.Resources[logicalId];
  if (template === undefined) {
    return;
  }
  const properties = propertiesOf(template, scope, stack.source.tags);
  const resource: ResourceState = {
    type: template.Type,
    physicalId: "",
    attributes: {},
    properties,
    dependencies: dependenciesOf(template, scope.template),
    deletionPolicy: template.DeletionPolicy ?? "Delete",
    status: "",
    time: world.now(),
  };
  const id = physicalName(world, stack, logicalId, template.Type, properties);
  stack.resources[logicalId] = resource;
  moveResource(world, stack, logicalId, resource, `${verb}_IN_PROGRESS`);
  operation.running.push(logicalId);
  await attempt(world, stack, operation, logicalId, resource, verb, call, async () => {
    await providerOf(template.Type).create(id, properties, call);
    resource.physicalId = id;
    moveResource(world, stack, logicalId, resource, `${verb}_IN_PROGRESS`, "Resource creation Initiated");
  });
}

function fail(world: World, stack: StackState, operation: Running, verb: string): void {
  for (const logicalId of operation.running) {
    const resource = stack.resources[logicalId];
    if (resource !== undefined) {
      const what = verb === "CREATE" ? "creation" : "update";
      moveResource(world, stack, logicalId, resource, `${verb}_FAILED`, `Resource ${what} cancelled`);
    }
  }
  const reason =
    operation.failed === undefined
      ? "User Initiated"
      : `The following resource(s) failed to ${verb.toLowerCase()}: ${operation.failed}. ${stack.onFailure === "DO_NOTHING" ? "" : "Rollback requested by user."}`.trim();
  const { token, before } = operation;
  if (operation.kind === "updateRollback") {
    end(world, stack, "UPDATE_ROLLBACK_FAILED", reason);
  } else if (stack.onFailure === "DO_NOTHING" && operation.cancelled !== true) {
    end(world, stack, `${verb}_FAILED`, reason);
  } else if (operation.kind === "create") {
    begin(world, stack, stack.onFailure === "DELETE" ? "delete" : "rollback", { token }, reason);
  } else if (before !== undefined) {
    goBack(world, stack, operation, reason);
  }
}

/** Takes the template from before the update as the goal; what was replaced is there again, what is new becomes obsolete. */
function goBack(world: World, stack: StackState, operation: Running, reason: string): void {
  const { token, before } = operation;
  if (before === undefined) {
    return;
  }
  const obsolete = Object.entries(stack.resources)
    .filter(([logicalId, { physicalId }]) => physicalId !== "" && before.resources[logicalId]?.physicalId !== physicalId)
    .map(([logicalId, resource]) => ({ logicalId, resource }));
  const restored = Object.entries(before.resources).map(([logicalId, old]) => {
    const current = stack.resources[logicalId];
    return [logicalId, current?.physicalId === old.physicalId ? current : old] as const;
  });
  stack.resources = Object.fromEntries(restored);
  stack.source = { template: before.template, parameters: before.parameters, tags: before.tags };
  begin(world, stack, "updateRollback", { token, before, obsolete }, reason);
}

export function end(world: World, stack: StackState, status: string, reason?: string): void {
  moveStack(world, stack, status, reason);
  stack.operation = undefined;
  stack.updated = world.now();
}

async function finish(world: World, stack: StackState, operation: Running, call: Call): Promise<void> {
  const scope = scopeOf(world, stack);
  const prefix = prefixes[operation.kind];
  if (operation.kind !== "create" && !stack.status.endsWith("CLEANUP_IN_PROGRESS")) {
    const wanted = new Set(activeResources(scope).map(([logicalId]) => logicalId));
    for (const [logicalId, resource] of Object.entries(stack.resources).filter(([name]) => !wanted.has(name))) {
      operation.obsolete.push({ logicalId, resource });
      stack.resources = Object.fromEntries(Object.entries(stack.resources).filter(([name]) => name !== logicalId));
    }
    moveStack(world, stack, `${prefix}_COMPLETE_CLEANUP_IN_PROGRESS`);
  }
  for (const item of [...operation.obsolete]) {
    if (await removeOne(world, stack, item.logicalId, item.resource, operation, call)) {
      operation.obsolete.splice(operation.obsolete.indexOf(item), 1);
    }
  }
  if (operation.obsolete.length > 0) {
    return;
  }
  const outputs = Object.entries(scope.template.Outputs ?? {}).filter(
    ([, { Condition }]) => typeof Condition !== "string" || holds(Condition, scope),
  );
  stack.outputs = Object.fromEntries(outputs.map(([name, output]) => [name, String(evaluate(output["Value"], scope))]));
  end(world, stack, `${prefix}_COMPLETE`);
}

/** True when the resource needs no more work: gone, kept, or its removal failed. */
async function removeOne(
  world: World,
  stack: StackState,
  logicalId: string,
  resource: ResourceState,
  operation: Running,
  call: Call,
): Promise<boolean> {
  const isKept =
    operation.retain.includes(logicalId) ||
    resource.deletionPolicy === "Retain" ||
    (resource.deletionPolicy === "RetainExceptOnCreate" && operation.kind !== "rollback");
  if (isKept && resource.physicalId !== "") {
    moveResource(world, stack, logicalId, resource, "DELETE_SKIPPED");
    return true;
  }
  if (resource.status !== "DELETE_IN_PROGRESS") {
    moveResource(world, stack, logicalId, resource, "DELETE_IN_PROGRESS");
  }
  try {
    if (resource.physicalId !== "" && !(await providerOf(resource.type).remove(resource.physicalId, resource.properties, call))) {
      return false;
    }
    moveResource(world, stack, logicalId, resource, "DELETE_COMPLETE");
  } catch (thrown) {
    operation.failed = operation.failed === undefined ? `[${logicalId}]` : operation.failed.replace("]", `, ${logicalId}]`);
    moveResource(world, stack, logicalId, resource, "DELETE_FAILED", reasonOf(thrown, call));
  }
  return true;
}

/** One step of deleting: what nothing living depends on. */
async function shrink(world: World, stack: StackState, operation: Running, call: Call): Promise<void> {
  const living = Object.entries(stack.resources).filter(([logicalId]) => !operation.done.includes(logicalId));
  for (const [logicalId, resource] of living) {
    if (living.some(([, other]) => other.dependencies.includes(logicalId))) {
      continue;
    }
    if (await removeOne(world, stack, logicalId, resource, operation, call)) {
      operation.done.push(logicalId);
    }
  }
  if (operation.done.length < Object.keys(stack.resources).length) {
    return;
  }
  const left = Object.entries(stack.resources).filter(([, { status }]) => status === "DELETE_FAILED");
  const isDelete = operation.kind === "delete";
  if (left.length > 0) {
    stack.resources = Object.fromEntries(left);
    end(world, stack, `${prefixes[operation.kind]}_FAILED`, `The following resource(s) failed to delete: ${operation.failed ?? ""}.`);
    return;
  }
  stack.resources = isDelete ? {} : stack.resources;
  end(world, stack, `${prefixes[operation.kind]}_COMPLETE`);
  if (isDelete) {
    stack.deleted = world.now();
  }
}
