import { homedir } from "node:os";
import vscode = require("vscode");
import { abortError, systemClock } from "../core/clock";
import { isAbort } from "../core/errors";
import { eventsByRef } from "../core/logs/eventPages";
import { parseFilter } from "../core/logs/filter";
import type { EventRef } from "../core/logs/shownText";
import { timeText } from "../core/logs/timeText";
import { readTimeWindow } from "../core/logs/timeWindow";
import { eventTime } from "../core/logs/eventTime";
import { withSignal } from "../workbench/cancellation";
import { setting } from "../workbench/settings";
import type { LogTarget } from "./chooseTail";
import { EventFile } from "./eventFile";
import type { EventList } from "./eventLists";
import type { TailPanel } from "./tailPanel";

const refsPerSearch = 500;

/** What can be saved: the events on the screen, and the whole time that they are from. */
export interface Saveable {
  readonly name: string;
  readonly target: LogTarget;
  readonly filter: string;
  readonly shown: readonly EventRef[];
  readonly from: number | undefined;
  readonly to: number;
}

export function saveableTail({ name, target, filter, channel }: TailPanel): Saveable {
  const { events } = channel.text;
  return { name, target, filter, shown: events, from: earliest(events.map(({ time }) => time)), to: Date.now() };
}

export function saveableList({ request, entries }: EventList): Saveable {
  const { target, filter, title, from, to } = request;
  const times = entries.map(({ source }) => eventTime(source)?.ms);
  return { name: title, target, filter, shown: entries, from: from ?? earliest(times), to: to ?? Date.now() };
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  return times.reduce((least, time) => (time === undefined || (least !== undefined && least <= time) ? least : time), undefined);
}

type Write = (file: EventFile, signal: AbortSignal, report: (done: number, total: number) => void) => Promise<void>;

/** Asks what and where, and writes it with progress; cancelled, what was written stays. */
export async function saveEvents(saveable: Saveable): Promise<void> {
  const { write, expected } = await chooseScope(saveable);
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Save Events"),
    saveLabel: vscode.l10n.t("Save"),
    defaultUri: vscode.Uri.joinPath(folder(), `${saveable.target.index}.ndjson`),
    filters: { NDJSON: ["ndjson"], CSV: ["csv"] },
  });
  if (uri === undefined) {
    throw abortError();
  }
  const file = await EventFile.create(uri);
  const title = vscode.l10n.t("Saving events of {0}", saveable.name);
  let cancelled = false;
  try {
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, (progress, token) =>
      withSignal(token, async (signal) => {
        let before = 0;
        await write(file, signal, (done, total) => {
          const increment = total === 0 ? 0 : (100 * (done - before)) / total;
          before = done;
          progress.report({ message: vscode.l10n.t("{0} of {1}", done, total), increment });
        });
        cancelled = signal.aborted;
      }),
    );
  } catch (thrown) {
    if (!isAbort(thrown)) {
      throw thrown;
    }
    cancelled = true;
  } finally {
    await file.close();
  }
  told(file, uri, cancelled, expected);
}

interface Scope extends vscode.QuickPickItem {
  readonly write: Write;
  /** How many events there were when they were shown; absent: not known. */
  readonly expected?: number;
}

async function chooseScope(saveable: Saveable): Promise<Scope> {
  const { shown, from, to } = saveable;
  const zone = setting("tail.timeZone");
  const items: Scope[] = [
    {
      label: vscode.l10n.t("What is shown"),
      description: vscode.l10n.t("{0} events", shown.length),
      expected: shown.length,
      write: (file, signal, report) => writeShown(saveable, file, signal, report),
    },
  ];
  if (from !== undefined) {
    items.push({
      label: vscode.l10n.t("All events of the time"),
      description: vscode.l10n.t("from {0} to {1}", timeText(from, zone), timeText(to, zone)),
      write: (file, signal, report) => writeWindow(saveable, from, file, signal, report),
    });
  }
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Save Events of {0}", saveable.name) });
  if (picked === undefined) {
    throw abortError();
  }
  return picked;
}

async function writeShown(
  { target, shown }: Saveable,
  file: EventFile,
  signal: AbortSignal,
  report: (done: number, total: number) => void,
) {
  for (let at = 0; at < shown.length && !signal.aborted; at += refsPerSearch) {
    await file.write(await eventsByRef(target, shown.slice(at, at + refsPerSearch), signal));
    report(Math.min(shown.length, at + refsPerSearch), shown.length);
  }
}

async function writeWindow(
  { target, filter, to }: Saveable,
  from: number,
  file: EventFile,
  signal: AbortSignal,
  report: (done: number, total: number) => void,
): Promise<void> {
  let total = 0;
  const { transport, index } = target;
  await readTimeWindow(
    {
      ...{ transport, index, from, clock: systemClock, filter: parseFilter(filter) },
      to: to + 1, // The reader leaves its end out.
      onTotal: (events) => {
        total = events;
      },
      listener: async (event) => {
        if (event.kind === "entries") {
          await file.write(event.entries);
          report(file.count, total);
        } else if (event.kind === "notice" && (event.code === "limited" || event.code === "indexFailed")) {
          void vscode.window.showWarningMessage(event.text);
        }
      },
    },
    signal,
  );
}

function told(file: EventFile, uri: vscode.Uri, cancelled: boolean, expected: number | undefined): void {
  const name = vscode.workspace.asRelativePath(uri);
  const open = vscode.l10n.t("Open");
  const missing = (expected ?? file.count) - file.count;
  const text = cancelled
    ? vscode.l10n.t("Cancelled: {0} events were saved to {1}.", file.count, name)
    : vscode.l10n.t("{0} events were saved to {1}.", file.count, name);
  const whole = !cancelled && missing > 0 ? `${text} ${vscode.l10n.t("{0} are no longer in the index.", missing)}` : text;
  void vscode.window.showInformationMessage(whole, open).then(async (choice) => {
    if (choice === open) {
      await vscode.window.showTextDocument(uri);
    }
  });
}

function folder(): vscode.Uri {
  return vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
}
