import vscode = require("vscode");
import type { Connected, Connection, ConnectionSource } from "../core/aws/connection";
import type { SearchTransport } from "../core/aws/ports";
import { AppError } from "../core/errors";
import { targetOfStream } from "../core/logs/tailTarget";
import { writeValue } from "../core/logs/filterWords";
import type { TailStart } from "../core/logs/tailEvents";
import type { TailArgument } from "../ids";
import type { AwsBundle } from "../workbench/bundles";
import { chooseStart, startOf } from "./chooseStart";
import type { DomainAccess } from "./domainAccess";
import { editFilter } from "./editFilter";
import { pickHolder, pickIndex, pickSource } from "./pickSource";

/** What a place is found and opened with. */
export interface TargetTools {
  readonly aws: AwsBundle;
  readonly connections: ConnectionSource;
  readonly access: DomainAccess;
}

/** Where events are read from. */
export interface LogTarget {
  readonly domain: string;
  /** Base name: its rotations belong to it. */
  readonly index: string;
  readonly connection: Connection;
  readonly transport: SearchTransport;
}

export interface ChosenTail extends LogTarget {
  /** Empty: every event. */
  readonly filter: string;
  readonly since: TailStart;
}

/** Completes what a command was given; asks for what is missing. */
export async function chooseTail(tools: TargetTools, argument: TailArgument): Promise<ChosenTail> {
  const { target, filter } = await chooseTarget(tools, argument, vscode.l10n.t("Tail Logs"));
  if (argument.since !== undefined) {
    return { ...target, filter, since: startOf(argument.since) };
  }
  const title = vscode.l10n.t("Tail Logs of {0}", `${target.domain}/${target.index}`);
  return { ...target, ...(await chooseStart(title, filter, (text) => editFilter(title, target, text))) };
}

/** Asks for what the argument leaves open: source, then index. */
export async function chooseTarget(
  { aws, connections, access }: TargetTools,
  given: TailArgument,
  title: string,
): Promise<{ readonly target: LogTarget; readonly filter: string }> {
  const first = await connections.connect();
  const argument = isOpen(given) ? { ...given, ...(await pickSource(first, title)) } : given;
  const place = { ...argument, ...(await placeOf(aws, first, argument, title)) };
  const connected = inRegion(aws, first, place.region);
  const { domain, index } = place.domain === undefined ? await targetOfStream(connected, place.stream ?? "") : place;
  if (domain === undefined) {
    throw new AppError("unexpected", "no domain was chosen");
  }
  const transport = await access.open(connected, domain);
  const chosen = index ?? (await pickIndex(transport, `${title}: ${domain}`));
  return { target: { domain, index: chosen, connection: connected.connection, transport }, filter: filterText(argument) };
}

function isOpen({ domain, stream, pipeline, fleet, sessionId }: TailArgument): boolean {
  return [domain, stream, pipeline, fleet, sessionId].every((part) => part === undefined);
}

async function placeOf(aws: AwsBundle, connected: Connected, argument: TailArgument, title: string): Promise<TailArgument> {
  if (argument.pipeline !== undefined) {
    return pipelineTarget(aws, argument.pipeline);
  }
  return argument.domain === undefined && argument.stream === undefined ? pickHolder(connected, title) : {};
}

async function pipelineTarget(aws: AwsBundle, uri: string): Promise<TailArgument> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  const { definition, problems } = aws.parseDefinition(document.getText());
  if (definition === undefined) {
    const first = problems.find((problem) => problem.severity === "error");
    throw new AppError("invalidInput", vscode.l10n.t("The pipeline definition has an error: {0}", first?.message ?? ""));
  }
  const { domain, index, region } = aws.targetOf(definition);
  if (domain === undefined || index === undefined) {
    throw new AppError("invalidInput", vscode.l10n.t("This pipeline does not write to a search domain, so there is nothing to tail."));
  }
  return { domain, index, region };
}

/** What names its own Region is looked for there, whatever the trees show. */
export function inRegion(aws: AwsBundle, connected: Connected, region: string | undefined): Connected {
  if (region === undefined || region === connected.connection.region) {
    return connected;
  }
  const connection = { ...connected.connection, region };
  return { connection, aws: aws.createAws(connection) };
}

/** A session tells more than its fleet. */
function filterText({ fleet, sessionId, filter = "" }: TailArgument): string {
  const place = sessionId !== undefined ? `session:${writeValue(sessionId)}` : fleet === undefined ? "" : `fleet:${writeValue(fleet)}`;
  return [place, filter.trim()].filter((part) => part !== "").join(" ");
}
