import * as l10n from "@vscode/l10n";
import type { Aws } from "../aws/ports";
import { stackName, type PipelineDefinition, type StackPart } from "./definition";
import { durationText, elapsedText } from "./expected";
import { remedyFor, stackType } from "./failure";
import type { PipelineEvent, ResourceProgress } from "./progress";
import { findOwnStack } from "./stackPlan";
import { hasResources, pipelineTemplate } from "./template";

/** One resource of a pipeline, as a view shows it. */
export interface ResourceRow {
  readonly part: StackPart | "image";
  /** Logical id; unique within its part. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly tone: "waiting" | "busy" | "ok" | "failed" | "gone";
  /** State with elapsed and expected time. */
  readonly description: string;
  /** The service's own text. */
  readonly reason?: string;
  readonly remedy?: string;
}

interface Entry {
  readonly part: ResourceRow["part"];
  readonly id: string;
  readonly type: string;
  name: string;
  status: string;
  /** Milliseconds. */
  begun?: number;
  elapsedMs?: number;
  reason?: string;
}

const builderType = "AWS::AppStream::ImageBuilder";
const imageType = "AWS::AppStream::Image";

/** Follows the events of one deployment or destruction and says at any time how each resource stands. */
export class ProgressRows {
  private readonly entries = new Map<string, Entry>();

  /** With a definition, what is not begun yet is shown too; a destruction shows what it meets. */
  constructor(definition?: PipelineDefinition) {
    if (definition === undefined) {
      return;
    }
    for (const part of ["ingest", "streaming"] as const) {
      const resources = hasResources(definition, part) ? pipelineTemplate(definition, part).Resources : {};
      for (const [id, { Type: type }] of Object.entries(resources)) {
        this.put({ part, id, type, name: id, status: "" });
      }
      if (part === "ingest" && definition.existing.image === undefined && definition.existing.fleet === undefined) {
        const { builderName, name } = definition.image;
        this.put({ part: "image", id: "Builder", type: builderType, name: builderName, status: "" });
        this.put({ part: "image", id: "Image", type: imageType, name, status: "" });
      }
    }
  }

  /** What was there before the first event. */
  begin(there: readonly ResourceRow[], isImageThere: boolean): void {
    for (const { part, id, name } of there.filter((row) => row.tone === "ok")) {
      const entry = this.entries.get(`${part}/${id}`);
      if (entry !== undefined) {
        entry.status = "CREATE_COMPLETE";
        entry.name = name;
      }
    }
    if (isImageThere) {
      this.finish("Builder");
      this.finish("Image");
    }
  }

  private put(entry: Entry): void {
    this.entries.set(`${entry.part}/${entry.id}`, entry);
  }

  add(event: PipelineEvent, now: number): void {
    if (event.kind === "resource" && event.resource.type !== stackType) {
      this.resource(event.resource);
    } else if (event.kind === "phase" && ["builder", "visit", "image"].includes(event.phase)) {
      this.imagePhase(event.phase, event.text, now);
    } else if (event.kind === "phase" && (event.phase === "streaming" || event.phase === "done")) {
      this.finish("Builder");
      this.finish("Image");
    }
  }

  private resource({ part, logicalId, physicalId, type, status, reason, elapsedMs, time }: ResourceProgress): void {
    const key = `${part}/${logicalId}`;
    const entry = this.entries.get(key) ?? { part, id: logicalId, type, name: logicalId, status };
    const isNew = entry.status !== status && status.endsWith("_IN_PROGRESS");
    entry.status = status;
    entry.name = nameOf(logicalId, physicalId ?? entry.name);
    entry.begun = isNew || entry.begun === undefined ? time.getTime() : entry.begun;
    assign(entry, "elapsedMs", elapsedMs);
    // A rollback's own words do not replace why it began.
    if (reason !== undefined && (entry.reason === undefined || status.endsWith("_FAILED"))) {
      assign(entry, "reason", reason);
    }
    this.entries.set(key, entry);
  }

  private imagePhase(phase: string, text: string, now: number): void {
    const entry = this.entries.get(phase === "image" ? "image/Image" : "image/Builder");
    if (entry === undefined) {
      return;
    }
    if (phase === "image") {
      this.finish("Builder");
    }
    entry.begun ??= now;
    entry.status = phase === "visit" ? "YOUR_TURN" : /FAILED/.test(text) ? "CREATE_FAILED" : "CREATE_IN_PROGRESS";
    assign(entry, "reason", phase === "visit" || entry.status === "CREATE_FAILED" ? text : undefined);
  }

  private finish(id: string): void {
    const entry = this.entries.get(`image/${id}`);
    if (entry !== undefined) {
      entry.status = "CREATE_COMPLETE";
      delete entry.reason;
    }
  }

  rows(now: number): readonly ResourceRow[] {
    return [...this.entries.values()].map((entry) => toRow(entry, now));
  }
}

function assign<K extends "elapsedMs" | "reason">(entry: Entry, key: K, value: Entry[K]): void {
  if (value === undefined) {
    delete entry[key];
  } else {
    entry[key] = value;
  }
}

/** An ARN or a generated id says less than the logical id. */
function nameOf(logicalId: string, physicalId: string): string {
  return physicalId === "" || physicalId.startsWith("arn:") || physicalId.includes("|") ? logicalId : physicalId;
}

function toRow({ part, id, type, name, status, begun, elapsedMs, reason }: Entry, now: number): ResourceRow {
  const tone = toneOf(status);
  const shown = tone === "failed" || status === "YOUR_TURN" ? reason : undefined;
  const remedy = tone === "failed" ? remedyFor(reason ?? "") : undefined;
  return {
    part,
    id,
    name,
    type,
    tone,
    description: descriptionOf(tone, status, type, begun === undefined ? undefined : now - begun, elapsedMs),
    ...(shown === undefined ? {} : { reason: shown }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

function toneOf(status: string): ResourceRow["tone"] {
  if (status === "") {
    return "waiting";
  }
  if (status.endsWith("_FAILED")) {
    return "failed";
  }
  if (status === "YOUR_TURN" || status.endsWith("_IN_PROGRESS")) {
    return "busy";
  }
  return /^DELETE_(COMPLETE|SKIPPED)$/.test(status) ? "gone" : "ok";
}

function descriptionOf(
  tone: ResourceRow["tone"],
  status: string,
  type: string,
  runningMs: number | undefined,
  elapsedMs: number | undefined,
): string {
  switch (tone) {
    case "waiting":
      return l10n.t("not begun");
    case "busy": {
      const word = status === "YOUR_TURN" ? l10n.t("your turn") : workWord(status);
      return runningMs === undefined
        ? word
        : `${word}, ${elapsedText(type, runningMs, status.startsWith("DELETE") ? "deletion" : "creation")}`;
    }
    case "ok":
      return elapsedMs === undefined ? l10n.t("done") : l10n.t("done in {0}", durationText(elapsedMs));
    case "gone":
      return status === "DELETE_SKIPPED" ? l10n.t("kept") : l10n.t("deleted");
    case "failed":
      return l10n.t("failed");
  }
}

function workWord(status: string): string {
  const [verb = ""] = status.split("_");
  switch (verb) {
    case "CREATE":
      return l10n.t("being created");
    case "DELETE":
      return l10n.t("being deleted");
    case "UPDATE":
      return l10n.t("being changed");
    default:
      return status;
  }
}

/** What CloudFormation holds of a pipeline now, whoever has deployed it. */
export async function deployedRows(aws: Aws, definition: PipelineDefinition, signal?: AbortSignal): Promise<readonly ResourceRow[]> {
  const parts: readonly StackPart[] = ["ingest", "streaming"];
  const found = await Promise.all(
    parts.map(async (part) => {
      const stack = await findOwnStack(aws.cloudformation, definition, part, signal);
      const resources = stack === undefined ? [] : await aws.cloudformation.listResources(stack.id, signal);
      return resources
        .filter((one) => one.status !== "DELETE_COMPLETE" && one.resourceType !== stackType)
        .map(({ logicalId, physicalId, resourceType, status, reason }) =>
          toRow(
            {
              part,
              id: logicalId,
              type: resourceType,
              name: nameOf(logicalId, physicalId ?? ""),
              status,
              ...(reason === undefined ? {} : { reason }),
            },
            0,
          ),
        );
    }),
  );
  return found.flat();
}

/** Heading of the rows of one part. */
export function partTitle(definition: Pick<PipelineDefinition, "name">, part: ResourceRow["part"]): string {
  return part === "image" ? l10n.t("Image") : l10n.t("CloudFormation stack {0}", stackName(definition, part));
}
