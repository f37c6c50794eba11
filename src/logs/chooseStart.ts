import vscode = require("vscode");
import { abortError } from "../core/clock";
import type { TailStart } from "../core/logs/tailEvents";
import type { TailArgument } from "../ids";

/** What a tail that begins now shows first, so that its view is not empty. */
const shownFirst = 20;
const minute = 60_000;

export interface ChosenStart {
  readonly since: TailStart;
  readonly filter: string;
}

/** Asks where a tail begins; the filter can be edited before. */
export async function chooseStart(
  title: string,
  filter: string,
  editFilter: (filter: string) => Promise<string | undefined>,
): Promise<ChosenStart> {
  for (let current = filter; ;) {
    const picked = await vscode.window.showQuickPick(items(current), {
      title,
      placeHolder: vscode.l10n.t("Where the tail begins"),
      ignoreFocusOut: true,
    });
    if (picked === undefined) {
      throw abortError();
    }
    if (picked.since !== undefined) {
      return { since: startOf(picked.since), filter: current };
    }
    current = (await editFilter(current)) ?? current;
  }
}

export function startOf(since: NonNullable<TailArgument["since"]>): TailStart {
  if (since === "now") {
    return { kind: "last", count: shownFirst };
  }
  return since === "all" ? { kind: "all" } : { kind: "since", ms: since };
}

interface StartItem extends vscode.QuickPickItem {
  /** Absent: edits the filter. */
  readonly since?: NonNullable<TailArgument["since"]>;
}

function items(filter: string): StartItem[] {
  return [
    { label: vscode.l10n.t("From now on"), description: vscode.l10n.t("with the last {0} events", shownFirst), since: "now" },
    { label: vscode.l10n.t("Last 15 minutes"), since: 15 * minute },
    { label: vscode.l10n.t("Last hour"), since: 60 * minute },
    { label: vscode.l10n.t("Last 24 hours"), since: 24 * 60 * minute },
    { label: vscode.l10n.t("Everything"), description: vscode.l10n.t("all events of the index, oldest first"), since: "all" },
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    { label: `$(filter) ${vscode.l10n.t("Filter…")}`, description: filter === "" ? vscode.l10n.t("every event") : filter },
  ];
}
