import type { Reader } from "../../inputs";
import { ServiceError, type Call, type Input, type Output, type Service } from "../../service";
import type { World } from "../../world";
import { eventsOf, type EventItem } from "./events";
import { changeSetName, read, stackReference } from "./inputs";
import { changeSetsOf, getStack, stacksOf, validationError, type StackItem } from "./items";

/** Events, newest first: the classic listing, and the newer one that also knows of operations and validation. */
export function historyOperations(world: World): Service["operations"] {
  return {
    DescribeStackEvents: (input, call) => {
      const reader = read(input);
      const stack = getStack(world, call, stackReference(reader));
      const events = eventsOf(world, stack.id).toReversed();
      return page(
        reader,
        "StackEvents",
        events.map((event) => toStackEvent(stack, event)),
      );
    },
    DescribeEvents: (input, call) => describeEvents(world, input, call),
  };
}

/** Tokens name the last event shown, so that new ones do not shift the pages. */
function page(reader: Reader, name: string, items: readonly Record<string, unknown>[]): Output {
  const token = reader.text("NextToken");
  const after = token === undefined ? -1 : items.findIndex((item) => item["EventId"] === Buffer.from(token, "base64url").toString("utf8"));
  if (token !== undefined && after < 0) {
    throw validationError("Invalid NextToken");
  }
  const found = items.slice(after + 1, after + 101);
  const isLast = after + 101 >= items.length;
  return { [name]: found, NextToken: isLast ? undefined : Buffer.from(String(found.at(-1)?.["EventId"])).toString("base64url") };
}

function toStackEvent(stack: StackItem, event: EventItem): Record<string, unknown> {
  return {
    StackId: stack.id,
    EventId: event.id,
    StackName: stack.name,
    OperationId: event.operationId,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId ?? "",
    ResourceType: event.type,
    Timestamp: new Date(event.time),
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
    ResourceProperties: event.properties,
    ClientRequestToken: event.token,
    DetailedStatus: event.detailedStatus,
  };
}

function describeEvents(world: World, input: Input, call: Call): Output {
  const reader = read(input);
  const failedOnly = reader.structure("Filters")?.flag("FailedEvents") === true;
  const operationId = reader.text("OperationId");
  if (!reader.has("StackName") && !reader.has("ChangeSetName") && operationId === undefined) {
    throw validationError("At least one of StackName, ChangeSetName or OperationId must be specified.");
  }
  const stacks = reader.has("StackName")
    ? [getStack(world, call, stackReference(reader))]
    : [...stacksOf(world).values()].filter((stack) => stack.region === call.region);
  const rows = reader.has("ChangeSetName")
    ? validationRows(world, reader, stacks)
    : stacks.flatMap((stack) => eventsOf(world, stack.id).map((event) => toOperationEvent(stack, event))).reverse();
  const found = rows.filter((row) => (operationId === undefined || row["OperationId"] === operationId) && (!failedOnly || isFailure(row)));
  return page(reader, "OperationEvents", found);
}

const isFailure = (row: Record<string, unknown>): boolean =>
  row["EventType"] === "VALIDATION_ERROR" || row["EventType"] === "PROVISIONING_ERROR";

function validationRows(world: World, reader: Reader, stacks: readonly StackItem[]): Record<string, unknown>[] {
  const name = changeSetName(reader);
  const changeSet = [...changeSetsOf(world).values()].find(
    (each) => stacks.some((stack) => stack.id === each.stackId) && (each.id === name || each.name === name),
  );
  if (changeSet === undefined) {
    throw new ServiceError("ChangeSetNotFound", `ChangeSet [${name}] does not exist`, 404);
  }
  return (changeSet.findings ?? []).map((finding) => ({
    EventId: finding["id"],
    StackId: changeSet.stackId,
    OperationId: changeSet.operationId,
    OperationType: "CREATE_CHANGESET",
    EventType: "VALIDATION_ERROR",
    LogicalResourceId: finding["logicalId"],
    ResourceType: finding["type"],
    Timestamp: new Date(Number(finding["time"])),
    ValidationFailureMode: "FAIL",
    ValidationName: finding["validation"],
    ValidationStatus: "FAILED",
    ValidationStatusReason: finding["reason"],
    ValidationPath: finding["path"],
  }));
}

function toOperationEvent(stack: StackItem, event: EventItem): Record<string, unknown> {
  const row = { ...toStackEvent(stack, event), StackName: undefined };
  const isStackRow = event.type === "AWS::CloudFormation::Stack";
  return {
    ...row,
    EventType: event.status.endsWith("_FAILED") && !isStackRow ? "PROVISIONING_ERROR" : isStackRow ? "STACK_EVENT" : "PROGRESS_EVENT",
  };
}
