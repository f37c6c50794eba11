import * as vscode from "vscode";
import type { Connected, Connection, ConnectionSource } from "../core/aws/connection";
import type { SearchTransport } from "../core/aws/ports";
import { abortError } from "../core/clock";
import { AppError } from "../core/errors";
import { listIndexNames, openDomain, targetOfStream } from "../core/logs/tailTarget";
import type { TailArgument } from "../ids";
import type { AwsBundle } from "../workbench/bundles";

export interface ChosenTail {
  readonly title: string;
  readonly domain: string;
  readonly index: string;
  readonly connection: Connection;
  readonly transport: SearchTransport;
  /** Empty: every event. */
  readonly filter: string;
}

const namesPerCall = 1000;

/** Completes what a command was given; asks for what is missing. */
export async function chooseTail(aws: AwsBundle, connections: ConnectionSource, argument: TailArgument): Promise<ChosenTail> {
  const pipeline = argument.pipeline === undefined ? undefined : await pipelineTarget(aws, argument.pipeline);
  const connected = inRegion(aws, await connections.connect(), pipeline?.region);
  const { connection } = connected;
  const { domain, index } = await completeTarget(connected, { ...argument, ...pipeline });
  const transport = await openDomain(connected, domain);
  const chosen = index ?? (await pickIndex(transport, domain));
  const filter = filterText(argument);
  const title = `${domain}/${chosen}${filter === "" ? "" : ` ${filter}`}`;
  return { title, domain, index: chosen, connection, transport, filter };
}

interface Target {
  readonly domain: string;
  readonly index?: string;
}

async function pipelineTarget(aws: AwsBundle, uri: string) {
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

/** A pipeline is looked for in its own Region, whatever the trees show. */
function inRegion(aws: AwsBundle, connected: Connected, region: string | undefined): Connected {
  if (region === undefined || region === connected.connection.region) {
    return connected;
  }
  const connection = { ...connected.connection, region };
  return { connection, aws: aws.createAws(connection) };
}

async function completeTarget(connected: Connected, { domain, index, stream }: TailArgument): Promise<Target> {
  if (domain !== undefined) {
    return index === undefined ? { domain } : { domain, index };
  }
  const picked = stream === undefined ? await pickSource(connected) : { stream };
  return picked.domain === undefined ? targetOfStream(connected, picked.stream) : { domain: picked.domain };
}

type Source = { readonly stream: string; readonly domain?: undefined } | { readonly domain: string };

async function pickSource({ aws }: Connected): Promise<Source> {
  const items = async () => {
    const [streams, domains] = await Promise.all([aws.streams.list({ limit: namesPerCall }), aws.domains.list()]);
    return [
      ...streams.items.map((stream) => ({ label: stream, description: vscode.l10n.t("delivery stream"), source: { stream } })),
      ...domains.map(({ name }) => ({ label: name, description: vscode.l10n.t("domain"), source: { domain: name } })),
    ];
  };
  const title = vscode.l10n.t("Tail Logs");
  const placeHolder = vscode.l10n.t("Choose the delivery stream or the domain whose events are shown");
  const picked = await vscode.window.showQuickPick(items(), { title, placeHolder });
  if (picked === undefined) {
    throw abortError();
  }
  return picked.source;
}

async function pickIndex(transport: SearchTransport, domain: string): Promise<string> {
  const other = vscode.l10n.t("Another index…");
  const title = vscode.l10n.t("Tail Logs of {0}", domain);
  const items = listIndexNames(transport).then((names) => [...names, other]);
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t("Choose an index") });
  const name = picked === other ? await vscode.window.showInputBox({ title, prompt: vscode.l10n.t("Name of the index") }) : picked;
  if (name === undefined || name === "") {
    throw abortError();
  }
  return name;
}

function filterText({ fleet, sessionId }: TailArgument): string {
  if (sessionId !== undefined) {
    return `session:"${sessionId}"`;
  }
  return fleet === undefined ? "" : `fleet:"${fleet}"`;
}
