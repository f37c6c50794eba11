import vscode = require("vscode");
import { eventPages, refKey } from "../core/logs/eventPages";
import { eventTime } from "../core/logs/eventTime";
import { parseFilter } from "../core/logs/filter";
import { formatEntry, neutralised } from "../core/logs/lineFormat";
import type { PlacedEvent } from "../core/logs/shownText";
import type { LogEntry } from "../core/logs/tailEvents";
import { timeText } from "../core/logs/timeText";
import { eventsScheme, type CommandId } from "../ids";
import { setting } from "../workbench/settings";
import type { LogTarget } from "./chooseTail";

const pageSize = 500;
/** An editor with more is slow to open; the rest can be saved. */
const mostShown = 20_000;

export interface ListRequest {
  readonly title: string;
  readonly target: LogTarget;
  readonly filter: string;
  /** Bounds of event time in milliseconds since the epoch, both included. */
  readonly from?: number;
  readonly to?: number;
  /** The first page is what lies before this time, and what lies after can be read too; absent: before `to`. */
  readonly around?: number;
  /** Shown already, by `refKey`. */
  readonly known?: ReadonlySet<string>;
}

type Pages = AsyncGenerator<readonly LogEntry[]>;

/** One list: what has been read of a range, oldest first. */
export class EventList {
  readonly request: ListRequest;
  readonly uri: vscode.Uri;
  entries: readonly LogEntry[] = [];
  private older: Pages | undefined;
  private newer: Pages | undefined;
  private lines: readonly number[] = [];
  private reading: Promise<void> = Promise.resolve();

  constructor(request: ListRequest, number: number) {
    this.request = request;
    this.uri = vscode.Uri.from({
      scheme: eventsScheme,
      path: `/${request.title.replaceAll("/", " ")}.appstream-log`,
      query: String(number),
    });
    const { target, from, to, around, known } = request;
    const range = {
      filter: parseFilter(request.filter),
      pageSize,
      ...(from === undefined ? {} : { from }),
      ...(known === undefined ? {} : { known }),
    };
    const upper = around ?? to;
    this.older = eventPages(target, { ...range, ...(upper === undefined ? {} : { to: upper }), order: "newestFirst" });
    this.newer =
      around === undefined
        ? undefined
        : eventPages(target, { ...range, from: around + 1, ...(to === undefined ? {} : { to }), order: "oldestFirst" });
  }

  get more(): { readonly older: boolean; readonly newer: boolean } {
    const room = this.entries.length < mostShown;
    return { older: room && this.older !== undefined, newer: room && this.newer !== undefined };
  }

  /** One after the other: a double click reads two pages, in order. */
  read(direction: "older" | "newer"): Promise<void> {
    this.reading = this.reading.catch(() => undefined).then(() => this.readPage(direction));
    return this.reading;
  }

  text(): string {
    const zone = setting("tail.timeZone");
    const header = this.header().map((line) => `# ${neutralised(line).replace(/\s+/g, " ")}`);
    const texts = this.entries.map((entry) => formatEntry(entry, { timeZone: zone }));
    let line = header.length;
    this.lines = texts.map((text) => {
      const start = line;
      line += text.split("\n").length;
      return start;
    });
    return [...header, ...texts, ""].join("\n");
  }

  get events(): readonly PlacedEvent[] {
    return this.entries.map(({ index, id }, at) => ({ index, id, line: this.lines[at] ?? 0 }));
  }

  eventAt(line: number): LogEntry | undefined {
    return this.entries[this.lines.findLastIndex((start) => start <= line)];
  }

  private async readPage(direction: "older" | "newer"): Promise<void> {
    const pages = this[direction];
    const page = await pages?.next();
    if (page === undefined || page.done === true) {
      this[direction] = undefined;
    } else {
      const { value } = page;
      this.entries = direction === "older" ? [...[...value].reverse(), ...this.entries] : [...this.entries, ...value];
      if (value.length < pageSize) {
        await this.readEnd(direction);
      }
    }
  }

  /** A short page is the last one; asked once more, the pages end. */
  private async readEnd(direction: "older" | "newer"): Promise<void> {
    if ((await this[direction]?.next())?.done === true) {
      this[direction] = undefined;
    }
  }

  private header(): readonly string[] {
    const { target, filter, from, to } = this.request;
    const zone = setting("tail.timeZone");
    const { more, entries } = this;
    const first = from ?? timeOf(entries[0]);
    const last = to ?? timeOf(entries.at(-1));
    const end =
      entries.length >= mostShown
        ? vscode.l10n.t("the list is full: save the events to have more")
        : vscode.l10n.t("there are no older events");
    return [
      vscode.l10n.t("index {0} of domain {1}", target.index, target.domain),
      ...(filter === "" ? [] : [vscode.l10n.t("filter: {0}", filter)]),
      first === undefined || last === undefined
        ? vscode.l10n.t("{0} events", entries.length)
        : vscode.l10n.t("{0} events, from {1} to {2}", entries.length, timeText(first, zone), timeText(last, zone)),
      ...(more.older ? [] : [end]),
    ];
  }
}

function timeOf(entry: LogEntry | undefined): number | undefined {
  return entry === undefined ? undefined : eventTime(entry.source)?.ms;
}

/** Read-only documents with lists of events, which are read page by page. */
export class EventLists implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable {
  private readonly lists = new Map<string, EventList>();
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  private readonly lensChanges = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changes.event;
  readonly onDidChangeCodeLenses = this.lensChanges.event;
  private number = 0;
  private readonly registration = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(eventsScheme, this),
    vscode.languages.registerCodeLensProvider({ scheme: eventsScheme }, this),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => this.lists.delete(uri.toString())),
  );

  get(uri: vscode.Uri): EventList | undefined {
    return this.lists.get(uri.toString());
  }

  /** Opens the list with its first page. */
  async open(request: ListRequest): Promise<EventList> {
    const list = new EventList(request, ++this.number);
    await this.progress(list, () => list.read("older"));
    if (request.around !== undefined) {
      await list.read("newer");
    }
    this.lists.set(list.uri.toString(), list);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(list.uri), { preview: false });
    return list;
  }

  async read(list: EventList, direction: "older" | "newer"): Promise<void> {
    await this.progress(list, () => list.read(direction));
    this.changes.fire(list.uri);
    this.lensChanges.fire();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.get(uri)?.text() ?? `# ${vscode.l10n.t("This list ended with the window that showed it.")}\n`;
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const list = this.get(document.uri);
    const lens = (line: number, title: string, command: CommandId): vscode.CodeLens =>
      new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: [document.uri.toString()] });
    const save =
      list === undefined || list.entries.length === 0 ? [] : [lens(0, vscode.l10n.t("Save events…"), "appstreamMonitor.logs.saveEvents")];
    return [
      ...(list?.more.older === true ? [lens(0, vscode.l10n.t("Show older events"), "appstreamMonitor.logs.showOlder")] : []),
      ...save,
      ...(list?.more.newer === true
        ? [lens(document.lineCount - 1, vscode.l10n.t("Show newer events"), "appstreamMonitor.logs.showNewer")]
        : []),
    ];
  }

  dispose(): void {
    this.registration.dispose();
    this.changes.dispose();
    this.lensChanges.dispose();
  }

  private async progress(list: EventList, read: () => Promise<void>): Promise<void> {
    const title = vscode.l10n.t("Reading events of {0}", list.request.target.index);
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, read);
  }
}

/** What a tail or a list knows not to show again: the events of the oldest millisecond. */
export function knownAt(events: readonly PlacedEvent[], time: number): ReadonlySet<string> {
  return new Set(events.filter((event) => event.time === time).map(refKey));
}
