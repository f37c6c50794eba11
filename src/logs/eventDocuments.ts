import vscode = require("vscode");
import type { SearchTransport } from "../core/aws/ports";
import { AppError } from "../core/errors";
import { readableJson, toRecord } from "../core/logs/eventRecord";
import { eventsByRef } from "../core/logs/eventPages";
import type { EventRef } from "../core/logs/shownText";
import type { LogEntry } from "../core/logs/tailEvents";
import { eventScheme, type CommandId } from "../ids";
import type { LogSources } from "./logSources";

/** Where one event is. */
export interface EventPlace extends EventRef {
  readonly domain: string;
  readonly region: string;
}

/** Read-only JSON documents, one for each event: all its fields. */
export class EventDocuments implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable {
  private readonly sources: LogSources;
  private readonly entries = new Map<string, Promise<LogEntry>>();
  private readonly registration = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(eventScheme, this),
    vscode.languages.registerCodeLensProvider({ scheme: eventScheme }, this),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => this.entries.delete(uri.toString())),
  );

  constructor(sources: LogSources) {
    this.sources = sources;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    return readableJson(toRecord(await this.entry(eventPlace(uri))));
  }

  provideCodeLenses(): vscode.CodeLens[] {
    const lens = (title: string, command: CommandId): vscode.CodeLens =>
      new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command });
    return [
      lens(vscode.l10n.t("Copy as JSON"), "appstreamMonitor.logs.copyEvent"),
      lens(vscode.l10n.t("Events of this session"), "appstreamMonitor.logs.showSession"),
      lens(vscode.l10n.t("Filter by a value…"), "appstreamMonitor.logs.filterByValue"),
    ];
  }

  async open(place: EventPlace): Promise<void> {
    await this.entry(place); // What is wrong with it is told as a command's failure, not inside an editor.
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(eventUri(place)), { preview: true });
  }

  /** The event as the index has it; read once while its document is open. */
  entry(place: EventPlace): Promise<LogEntry> {
    const key = eventUri(place).toString();
    const known = this.entries.get(key) ?? this.read(place);
    this.entries.set(key, known);
    known.catch(() => this.entries.delete(key));
    return known;
  }

  transport(domain: string, region: string): Promise<SearchTransport> {
    return this.sources.transport(domain, region);
  }

  dispose(): void {
    this.registration.dispose();
  }

  private async read(place: EventPlace): Promise<LogEntry> {
    const transport = await this.transport(place.domain, place.region);
    const [entry] = await eventsByRef({ transport, index: place.index }, [place]);
    if (entry === undefined) {
      throw new AppError("notFound", vscode.l10n.t("The event is no longer in the index {0}.", place.index));
    }
    return entry;
  }
}

export function eventUri({ domain, region, index, id }: EventPlace): vscode.Uri {
  return vscode.Uri.from({ scheme: eventScheme, path: `/${domain}/${index}/${encodeURIComponent(id)}.json`, query: region });
}

export function eventPlace(uri: vscode.Uri): EventPlace {
  const [, domain = "", index = "", name = ""] = uri.path.split("/");
  return { domain, index, id: decodeURIComponent(name.replace(/\.json$/, "")), region: uri.query };
}
