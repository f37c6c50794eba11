import { toArn } from "../../arns";
import { type Reader } from "../../inputs";
import { ServiceError, type Call, type Input, type Output } from "../../service";
import type { World } from "../../world";
import { actualStack } from "./actualState";
import { changesOf, revertingChanges, validateEarly, type EarlyFinding } from "./changes";
import { setStackStatus } from "./events";
import { changeSetName, parametersIn, read, stackReference, tagsIn, templateIn, tokenOf } from "./inputs";
import { addStack, changeSetsOf, findStack, noStack, stacksOf, validationError, type ChangeSetItem, type StackItem } from "./items";
import { checkCapabilities, toPlan } from "./plan";
import { parseTemplate, resolveParameters, type Template } from "./template";
import { onceByToken } from "./tokens";
import { isSame } from "./types/resourceType";

const task = "cfn.changeSet";

export function startChangeSets(world: World): void {
  world.on(task, async (due) => {
    const changeSet = changeSetsOf(world).get(due.key);
    if (changeSet?.status === "CREATE_PENDING") {
      changeSet.status = "CREATE_IN_PROGRESS";
      await compute(world, changeSet);
      world.save();
    }
  });
}

export function createChangeSet(world: World, input: Input, call: Call): Output {
  const reader = read(input);
  const name = changeSetName(reader);
  const reference = stackReference(reader);
  const type = reader.text("ChangeSetType", { values: ["CREATE", "UPDATE", "IMPORT"] }) ?? "UPDATE";
  const token = tokenOf(reader, "ClientToken");
  return onceByToken(world, call.region, "CreateChangeSet", token, input, () =>
    makeChangeSet(world, reader, { name, reference, type }, call),
  );
}

function makeChangeSet(
  world: World,
  reader: Reader,
  { name, reference, type }: { readonly name: string; readonly reference: string; readonly type: string },
  call: Call,
): { readonly Id: string; readonly StackId: string } {
  if (type === "IMPORT" || reader.flag("ImportExistingResources") === true) {
    throw validationError("Importing resources is not available in this sandbox.");
  }
  const mode = reader.text("DeploymentMode", { values: ["REVERT_DRIFT"] });
  if (mode !== undefined && type !== "UPDATE") {
    throw validationError("DeploymentMode can only be specified for change sets of type UPDATE.");
  }
  const found = findStack(world, call.region, reference);
  const existing = found?.status === "DELETE_COMPLETE" ? undefined : found;
  checkState(existing, reference, type);
  const template = parseTemplate(templateIn(reader, existing));
  const parameters = resolveParameters(template, parametersIn(reader, existing));
  const capabilities = [...reader.texts("Capabilities")];
  checkCapabilities(template, capabilities);
  const stackForPlan = existing ?? { id: "new", name: reference, region: call.region };
  toPlan(world, stackForPlan, template, parameters, []);
  const taken = [...changeSetsOf(world).values()].some((each) => each.stackId === existing?.id && each.name === name && !isExecuted(each));
  if (existing !== undefined && taken) {
    throw new ServiceError(
      "AlreadyExistsException",
      `ChangeSet ${name} cannot be created due to a ChangeSet with that name already exists for stack ${existing.name}`,
    );
  }
  const tags = reader.has("Tags") ? tagsIn(reader) : (existing?.tags ?? []);
  const stack = existing ?? reviewStack(world, call.region, reference);
  const id = toArn("cloudformation", call.region, world.account, `changeSet/${name}/${world.uuid()}`);
  const description = reader.text("Description", { min: 1, max: 1024 });
  const onFailure = reader.text("OnStackFailure", { values: ["DO_NOTHING", "ROLLBACK", "DELETE"] });
  changeSetsOf(world).set(id, {
    id,
    name,
    stackId: stack.id,
    stackName: stack.name,
    type,
    status: "CREATE_PENDING",
    execution: "UNAVAILABLE",
    created: world.now(),
    template: templateIn(reader, existing),
    parameters,
    tags,
    capabilities,
    caller: { accessKeyId: call.accessKeyId ?? "", region: call.region, service: "cloudformation" },
    changes: [],
    operationId: world.uuid(),
    ...(description === undefined ? {} : { description }),
    ...(onFailure === undefined ? {} : { onStackFailure: onFailure }),
    ...(mode === undefined ? {} : { deploymentMode: mode }),
  });
  world.schedule(task, id, Math.max(20, world.interval(2)));
  return { Id: id, StackId: stack.id };
}

function checkState(existing: StackItem | undefined, reference: string, type: string): void {
  if (type === "CREATE") {
    if (existing !== undefined && existing.status !== "REVIEW_IN_PROGRESS") {
      throw validationError(`Stack [${existing.name}] already exists and cannot be created again with the changeSet [CREATE].`);
    }
    if (existing === undefined && reference.startsWith("arn:")) {
      throw noStack(reference);
    }
    return;
  }
  if (existing === undefined) {
    throw validationError(`Stack [${reference}] does not exist`);
  }
  const updatable = /^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE$|^(CREATE|UPDATE)_FAILED$/;
  if (!updatable.test(existing.status)) {
    throw validationError(`Stack:${existing.id} is in ${existing.status} state and can not be updated.`);
  }
}

function reviewStack(world: World, region: string, name: string): StackItem {
  const stack = addStack(world, region, name, "REVIEW_IN_PROGRESS");
  setStackStatus(world, stack, "REVIEW_IN_PROGRESS", "User Initiated");
  return stack;
}

const noChanges = "The submitted information didn't contain changes. Submit different information to create a change set.";

export async function compute(world: World, changeSet: ChangeSetItem): Promise<void> {
  const stack = stacksOf(world).get(changeSet.stackId);
  const { dispatcher } = world;
  if (stack === undefined || dispatcher === undefined) {
    return;
  }
  try {
    const template = parseTemplate(changeSet.template);
    const plan = toPlan(world, stack, template, changeSet.parameters, changeSet.tags);
    const call = dispatcher.callFor(changeSet.caller);
    const actual = changeSet.deploymentMode === undefined ? undefined : await actualStack(world, stack, call);
    const findings = await validateEarly(world, actual?.stack ?? stack, plan, call);
    if (findings.length > 0) {
      failEarly(world, changeSet, findings);
      return;
    }
    changeSet.changes = actual === undefined ? changesOf(world, stack, plan) : revertingChanges(world, actual, plan);
    if (actual !== undefined) {
      changeSet.stackDrift = Object.values(actual.states).some((state) => state === "MODIFIED" || state === "DELETED")
        ? "DRIFTED"
        : "IN_SYNC";
    }
    if (changeSet.changes.length === 0 && hasSameOutputs(stack, template)) {
      Object.assign(changeSet, { status: "FAILED", reason: noChanges });
      return;
    }
    Object.assign(changeSet, { status: "CREATE_COMPLETE", execution: "AVAILABLE" });
  } catch (thrown) {
    if (!(thrown instanceof ServiceError)) {
      throw thrown;
    }
    Object.assign(changeSet, { status: "FAILED", reason: thrown.message });
  }
}

/** A change of outputs alone is a change. */
function hasSameOutputs(stack: StackItem, template: Template): boolean {
  return stack.template !== "" && isSame(parseTemplate(stack.template).outputs, template.outputs);
}

function failEarly(world: World, changeSet: ChangeSetItem, findings: readonly EarlyFinding[]): void {
  const names = [...new Set(findings.map((finding) => finding.validation))].join(", ");
  Object.assign(changeSet, {
    status: "FAILED",
    reason: `The following hook(s)/validation failed: [${names}]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information.`,
    findings: findings.map((finding) => ({ ...finding, id: world.uuid(), time: world.now() })),
  });
}

export const isExecuted = (changeSet: ChangeSetItem): boolean => changeSet.execution.startsWith("EXECUTE_");
