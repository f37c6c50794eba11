import type { Item, World } from "../../world";
import type { StackItem } from "./items";

/** Keyed by stack id: oldest first. */
export interface EventItem {
  readonly id: string;
  readonly operationId?: string;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly time: number;
  readonly status: string;
  readonly reason?: string;
  readonly properties?: string;
  readonly token?: string;
  readonly detailedStatus?: string;
}

interface EventLog extends Item {
  list: EventItem[];
}

export function eventsOf(world: World, stackId: string): EventItem[] {
  return (world.collection("cfn.events").get(stackId) as EventLog | undefined)?.list ?? [];
}

type NewEvent = Omit<EventItem, "id" | "time" | "operationId" | "token"> & {
  readonly operationId?: string | undefined;
  readonly token?: string | undefined;
};

/** The stack's own events have the stack's name as logical id and a UUID as id; the others are named after what they say. */
export function addEvent(world: World, stack: StackItem, event: NewEvent): void {
  const time = world.now();
  const isStackRow = event.logicalId === stack.name && event.type === "AWS::CloudFormation::Stack";
  const id = isStackRow ? world.uuid() : `${event.logicalId}-${event.status}-${new Date(time).toISOString()}-${world.randomHex(4)}`;
  const { operationId = stack.operation?.id, token = stack.operation?.token, ...rest } = event;
  const log = (world.collection("cfn.events").get(stack.id) ?? { list: [] }) as EventLog;
  log.list.push({ ...rest, id, time, ...(operationId === undefined ? {} : { operationId }), ...(token === undefined ? {} : { token }) });
  world.collection("cfn.events").set(stack.id, log);
  world.save();
}

/** Moves the stack to a status and says so. */
export function setStackStatus(world: World, stack: StackItem, status: string, reason?: string): void {
  stack.status = status;
  if (reason === undefined) {
    delete stack.reason;
  } else {
    stack.reason = reason;
  }
  addEvent(world, stack, {
    logicalId: stack.name,
    physicalId: stack.id,
    type: "AWS::CloudFormation::Stack",
    status,
    ...(reason === undefined ? {} : { reason }),
  });
}
