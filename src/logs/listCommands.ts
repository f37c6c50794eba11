import vscode = require("vscode");
import { abortError } from "../core/clock";
import { parseTimeText, timeText } from "../core/logs/timeText";
import { eventsScheme, type WindowArgument } from "../ids";
import { setting } from "../workbench/settings";
import { chooseTarget, type TargetTools } from "./chooseTail";
import { editFilter } from "./editFilter";
import { knownAt, type EventList, type EventLists } from "./eventLists";
import { saveableList, saveableTail, saveEvents } from "./saveEvents";
import type { RunningTails } from "./runningTails";
import type { TailPanel } from "./tailPanel";

/** Pages a list further back; of a tail, opens the list of what lies before its first line. */
export async function showOlder(tails: RunningTails, lists: EventLists, id: string | undefined): Promise<void> {
  const list = listOf(lists, id);
  if (list !== undefined) {
    await lists.read(list, "older");
    return;
  }
  const panel = await tails.choose(id, vscode.l10n.t("Show Older Events"), { stopped: true });
  if (panel !== undefined) {
    await lists.open(olderThan(panel));
  }
}

/** Saves the list, else the tail. */
export async function save(tails: RunningTails, lists: EventLists, id: string | undefined): Promise<void> {
  const list = listOf(lists, id);
  if (list !== undefined) {
    await saveEvents(saveableList(list));
    return;
  }
  const panel = await tails.choose(id, vscode.l10n.t("Save Events"), { stopped: true });
  if (panel !== undefined) {
    await saveEvents(saveableTail(panel));
  }
}

/** Named by its URI, or in the active editor when nothing is named. */
function listOf(lists: EventLists, id: string | undefined): EventList | undefined {
  const active = vscode.window.activeTextEditor?.document.uri;
  const uri = id?.startsWith(`${eventsScheme}:`) === true ? vscode.Uri.parse(id) : id === undefined ? active : undefined;
  return uri === undefined ? undefined : lists.get(uri);
}

function olderThan({ target, filter, channel }: TailPanel) {
  const { events } = channel.text;
  const time = events.find((event) => event.time !== undefined)?.time ?? Date.now();
  const title = vscode.l10n.t("{0} before {1}", target.index, timeText(time, setting("tail.timeZone")));
  return { title, target, filter, to: time, known: knownAt(events, time) };
}

export async function showNewer(lists: EventLists, uri: string | undefined): Promise<void> {
  const list = uri === undefined ? undefined : lists.get(vscode.Uri.parse(uri));
  if (list !== undefined) {
    await lists.read(list, "newer");
  }
}

/** Asks for what the argument leaves open and lists the events of a time window, the newest of them first. */
export async function showWindow(tools: TargetTools, lists: EventLists, argument: WindowArgument): Promise<void> {
  const title = vscode.l10n.t("Show Logs of a Time Window");
  const { target, filter: given } = await chooseTarget(tools, argument, title);
  const now = Date.now();
  const from = argument.from ?? (await askTime(title, vscode.l10n.t("From: a time, or how long ago"), "1h", now, undefined));
  const to = argument.to ?? (await askTime(title, vscode.l10n.t("To: a time, or how long ago"), "now", now, from));
  const asked = argument.from === undefined || argument.to === undefined;
  const filter = asked ? await editFilter(title, target, given) : given;
  if (filter === undefined) {
    throw abortError();
  }
  const zone = setting("tail.timeZone");
  await lists.open({
    title: vscode.l10n.t("{0} from {1} to {2}", target.index, timeText(from, zone), timeText(to, zone)),
    target,
    filter,
    from,
    to,
  });
}

async function askTime(title: string, prompt: string, value: string, now: number, after: number | undefined): Promise<number> {
  const zone = setting("tail.timeZone");
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    value,
    placeHolder: "15m, 2h, 1d, now, 2024-05-01 10:30",
    validateInput: (input) => {
      const ms = parseTimeText(input, now, zone);
      if (ms === undefined) {
        return vscode.l10n.t("Write how long ago, as 15m, 2h or 1d, or a date with or without a time, as 2024-05-01 10:30.");
      }
      return after !== undefined && ms <= after ? vscode.l10n.t("The window must end after it begins.") : undefined;
    },
  });
  const ms = text === undefined ? undefined : parseTimeText(text, now, zone);
  if (ms === undefined) {
    throw abortError();
  }
  return ms;
}
