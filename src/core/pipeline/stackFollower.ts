import * as l10n from "@vscode/l10n";
import type { CloudFormationPort, StackEvent, StackSummary } from "../aws/ports";
import { AppError } from "../errors";
import type { Clock } from "../clock";
import type { StackPart } from "./definition";
import { elapsedText } from "./expected";
import { stackFailure, stackType } from "./failure";
import type { Listener, Pace, ResourceProgress } from "./progress";

export interface FollowDeps {
  readonly cloudformation: CloudFormationPort;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly emit: Listener;
}

const healthy = new Set(["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "DELETE_COMPLETE"]);

export function isRunning(status: string): boolean {
  return status.endsWith("_IN_PROGRESS") && status !== "REVIEW_IN_PROGRESS";
}

/** Ids of the events so far, so that only those of the next operation are told. */
export async function knownEvents(cloudformation: CloudFormationPort, stackId: string, signal?: AbortSignal): Promise<Set<string>> {
  const page = await cloudformation.listEvents(stackId, undefined, signal);
  return new Set(page.items.map((event) => event.id));
}

/**
 * Tells every event of the running operation once, in order, until it ends. Resolves with the stack, undefined when it is gone;
 * rejects with the cause when the operation failed.
 */
export async function followStack(
  deps: FollowDeps,
  part: StackPart,
  stackId: string,
  known: Set<string>,
  signal: AbortSignal | undefined,
): Promise<StackSummary | undefined> {
  const seen: StackEvent[] = [];
  const started = deps.clock.now();
  const watch = new ResourceWatch();
  for (;;) {
    const stack = await deps.cloudformation.findStack(stackId, signal);
    const fresh = await unseenEvents(deps.cloudformation, stackId, known, signal);
    seen.push(...fresh);
    for (const event of fresh) {
      deps.emit({ kind: "resource", resource: toProgress(part, event, watch.add(event)) });
    }
    const waiting = fresh.length === 0 ? watch.waiting(deps.clock.now()) : undefined;
    if (waiting !== undefined) {
      deps.emit({ kind: "note", severity: "information", text: waiting });
    }
    if (stack === undefined || stack.status === "DELETE_COMPLETE") {
      return undefined;
    }
    if (!isRunning(stack.status)) {
      if (healthy.has(stack.status)) {
        return stack;
      }
      throw stackFailure(seen, stack);
    }
    await deps.clock.delay(deps.clock.now() - started < 60_000 ? deps.pace.first : deps.pace.later, signal);
  }
}

const heartbeat = 60_000;

/** Since when each resource is being worked on. */
class ResourceWatch {
  private readonly begun = new Map<string, { readonly type: string; readonly at: number }>();
  private told = 0;

  /** How long the resource took, when the event is the end of it. */
  add({ logicalId, resourceType, status, time }: StackEvent): number | undefined {
    const begun = this.begun.get(logicalId);
    if (status.endsWith("_IN_PROGRESS")) {
      if (begun === undefined && resourceType !== stackType) {
        this.begun.set(logicalId, { type: resourceType, at: time.getTime() });
      }
      return undefined;
    }
    this.begun.delete(logicalId);
    return begun === undefined ? undefined : time.getTime() - begun.at;
  }

  /** Once a minute without news: what is waited for, and for how long it usually is. */
  waiting(now: number): string | undefined {
    const oldest = [...this.begun].filter(([, { at }]) => now - at >= heartbeat);
    if (oldest.length === 0 || now - this.told < heartbeat) {
      return undefined;
    }
    this.told = now;
    return l10n.t("Waiting for {0}", oldest.map(([id, { type, at }]) => `${id} (${elapsedText(type, now - at)})`).join(", "));
  }
}

function toProgress(part: StackPart, event: StackEvent, elapsedMs: number | undefined): ResourceProgress {
  return {
    part,
    logicalId: event.logicalId,
    type: event.resourceType,
    status: event.status,
    time: event.time,
    ...(event.physicalId === undefined ? {} : { physicalId: event.physicalId }),
    ...(event.reason === undefined ? {} : { reason: event.reason }),
    ...(elapsedMs === undefined ? {} : { elapsedMs }),
  };
}

/** Oldest first. Pages are read as long as they hold something new; what is older than the operation's first row is left out. */
async function unseenEvents(
  cloudformation: CloudFormationPort,
  stackId: string,
  known: Set<string>,
  signal: AbortSignal | undefined,
): Promise<StackEvent[]> {
  const fresh: StackEvent[] = [];
  let token: string | undefined;
  do {
    const page = await readEvents(cloudformation, stackId, token, signal);
    const unseen = page.items.filter((event) => !known.has(event.id));
    for (const event of unseen) {
      known.add(event.id);
      fresh.push(event);
    }
    token = unseen.length < page.items.length || page.items.length === 0 ? undefined : page.nextToken;
  } while (token !== undefined);
  const start = fresh.findIndex((event) => event.resourceType === stackType && /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(event.status));
  return (start < 0 ? fresh : fresh.slice(0, start + 1)).reverse();
}

async function readEvents(
  cloudformation: CloudFormationPort,
  stackId: string,
  token: string | undefined,
  signal: AbortSignal | undefined,
): ReturnType<CloudFormationPort["listEvents"]> {
  try {
    return await cloudformation.listEvents(stackId, token, signal);
  } catch (thrown) {
    // A deleted stack is known by its id only for a while.
    if (thrown instanceof AppError && /does not exist/.test(thrown.message)) {
      return { items: [] };
    }
    throw thrown;
  }
}
