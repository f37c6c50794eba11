import * as l10n from "@vscode/l10n";
import { isAbort, isWithoutCredentials, toAppError } from "../errors";
import { sendSyntheticRecord, type Reach } from "../pipeline/afterSteps";
import { readContext, type DiagnosisContext, type DiagnosisDeps } from "./context";
import { lookAtErrors, lookAtRefused } from "./deliveryHops";
import { hops, said, type Finding, type Hop, type Said } from "./finding";
import { lookAtIndex, unreachable, type IndexLook } from "./indexHop";
import { lookAtDeliveryRole, lookAtMachineRole } from "./roleHops";
import { lookAtAgentFiles, lookAtFleet, lookAtImage, lookAtSessions } from "./sessionHops";
import { lookAtStream } from "./streamHop";
import type { DiagnosisTarget } from "./target";

export interface Diagnosis {
  readonly stream: string;
  readonly region: string;
  /** From the index back to the session. */
  readonly findings: readonly Finding[];
  /** True when new events come into the index. */
  readonly arrives: boolean;
  /** The fault nearest to the index; absent where none was found. */
  readonly cause?: Finding;
}

export interface DiagnosisOptions {
  /** Sends one record of our own through the stream, looks for it and deletes it: tells the stream's half from the agents'. */
  readonly testRecord?: boolean;
  readonly onProgress?: (text: string) => void;
}

/** Walks from the index back to the session. It changes nothing, but for the test record when that is wished. */
export async function diagnose(
  deps: DiagnosisDeps,
  target: DiagnosisTarget,
  options: DiagnosisOptions = {},
  signal?: AbortSignal,
): Promise<Diagnosis> {
  const context = await readContext(deps, target, signal);
  options.onProgress?.(l10n.t("Looking into the index."));
  const index = await guardedIndex(context);
  options.onProgress?.(l10n.t("Walking back to the sessions."));
  const looks: Readonly<Record<Exclude<Hop, "index" | "testRecord">, () => Promise<Said | undefined> | Said | undefined>> = {
    refused: () => lookAtRefused(context, index.newest),
    errors: () => lookAtErrors(context, index.newest),
    stream: () => lookAtStream(context),
    deliveryRole: () => lookAtDeliveryRole(context),
    agentFiles: () => lookAtAgentFiles(context),
    machineRole: () => lookAtMachineRole(context),
    fleet: () => lookAtFleet(context),
    image: () => lookAtImage(context),
    sessions: () => lookAtSessions(context),
  };
  const entries = Object.entries(looks) as [keyof typeof looks, (typeof looks)[keyof typeof looks]][];
  const found = new Map<Hop, Said | undefined>([["index", index.said]]);
  await Promise.all(entries.map(async ([hop, look]) => found.set(hop, await guarded(async () => look()))));
  if (options.testRecord === true) {
    options.onProgress?.(l10n.t("Sent a test record; waiting for it in the index."));
    found.set("testRecord", await guarded(() => sendTestRecord(context, index)));
  }
  const findings = hops.flatMap((hop) => {
    const one = found.get(hop);
    return one === undefined ? [] : [{ hop, ...one }];
  });
  const arrives = index.said.state === "ok";
  const cause = findings.find((one) => one.state === "fault");
  return { stream: target.stream, region: target.region, findings, arrives, ...(cause === undefined ? {} : { cause }) };
}

async function guardedIndex(context: DiagnosisContext): Promise<IndexLook> {
  let look: IndexLook | undefined;
  const text = await guarded(async () => {
    look = await lookAtIndex(context);
    return look.said;
  });
  return look ?? { said: text ?? said("unknown", "") };
}

/** What may not be asked, or does not answer, is told as such; the other hops are walked all the same. */
async function guarded(look: () => Promise<Said | undefined>): Promise<Said | undefined> {
  try {
    return await look();
  } catch (thrown) {
    const error = toAppError(thrown);
    if (isAbort(thrown) || isWithoutCredentials(error)) {
      throw thrown;
    }
    return unreachable(thrown) ?? said("unknown", l10n.t("This could not be asked: {0}", error.message), [], error.next);
  }
}

async function sendTestRecord(context: DiagnosisContext, index: IndexLook): Promise<Said | undefined> {
  const { stream, target, signal } = context;
  const { destination } = stream ?? {};
  if (stream === undefined || index.transport === undefined || destination?.indexName === undefined) {
    return said("unknown", l10n.t("A test record can be looked for only in a domain that is reached from here."));
  }
  const reach: Pick<Reach, "transport"> = { transport: index.transport };
  const where = { stream: stream.name, index: destination.indexName, isRotated: destination.indexRotation !== "NoRotation" };
  const deps = { ...context, emit: () => undefined, bufferSeconds: destination.bufferSeconds ?? 300 };
  const arrived = await sendSyntheticRecord(deps, where, reach, signal);
  return arrived
    ? said(
        "ok",
        l10n.t("A test record came through the stream into the index: what is missing is missing before the stream {0}.", target.stream),
      )
    : said(
        "fault",
        l10n.t("The stream took a test record, and it did not reach the index."),
        [l10n.t("Waited for {0} s of buffering and the time a delivery takes", deps.bufferSeconds)],
        l10n.t("Refused documents, error log and delivery role below say why. While the domain is slow it may still arrive."),
      );
}

/** What the whole of it means, in one sentence or two. */
export function verdictText({ arrives, cause, findings }: Diagnosis): string {
  if (arrives) {
    return cause === undefined
      ? l10n.t("Events arrive: no fault was found.")
      : l10n.t("Events arrive, but not all is right: {0}", cause.text);
  }
  if (cause !== undefined) {
    return cause.text;
  }
  const unknown = findings.filter((one) => one.state === "unknown").length;
  return unknown > 0
    ? l10n.t("No fault was found in what could be asked; {0} steps could not.", unknown)
    : l10n.t(
        "No fault was found on this side of the instances. What is left is on them: the agent's log, its way to Firehose, the session script's log.",
      );
}
