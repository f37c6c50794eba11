import vscode = require("vscode");
import { run } from "../workbench/commands";
import type { CommandId } from "../ids";
import type { TailPanel } from "./tailPanel";
import { stateText } from "./tailStatus";

interface Action extends vscode.QuickPickItem {
  readonly run?: () => unknown;
}

type TailCommand = Extract<CommandId, `appstreamMonitor.logs.${string}`>;

/** What can be done with a tail, by keyboard and mouse. */
export async function showTailMenu(panel: TailPanel, stopAll: (() => void) | undefined): Promise<void> {
  const action = (icon: string, label: string, id: TailCommand): Action => ({ label: `$(${icon}) ${label}`, run: () => run(id, panel.id) });
  const behind = panel.state?.behind ?? 0;
  const actions: Action[] = [
    {
      label: `$(output) ${vscode.l10n.t("Show")}`,
      run: () => {
        panel.channel.show();
      },
    },
    panel.paused
      ? action("debug-continue", vscode.l10n.t("Resume"), "appstreamMonitor.logs.resumeTail")
      : action("debug-pause", vscode.l10n.t("Pause"), "appstreamMonitor.logs.pauseTail"),
    { ...action("filter", vscode.l10n.t("Change Filter…"), "appstreamMonitor.logs.changeFilter"), description: panel.filter },
    ...(behind === 0
      ? []
      : [
          {
            ...action("debug-step-over", vscode.l10n.t("Skip to the Newest Events"), "appstreamMonitor.logs.skipTail"),
            description: vscode.l10n.t("leaves out up to {0} events", behind),
          },
        ]),
    action("history", vscode.l10n.t("Show Older Events"), "appstreamMonitor.logs.showOlder"),
    action("save", vscode.l10n.t("Save Events…"), "appstreamMonitor.logs.saveEvents"),
    action("clear-all", vscode.l10n.t("Clear"), "appstreamMonitor.logs.clearTail"),
    action("debug-stop", vscode.l10n.t("Stop"), "appstreamMonitor.logs.stopTail"),
    ...(stopAll === undefined ? [] : [{ label: `$(stop-circle) ${vscode.l10n.t("Stop All Tails")}`, run: stopAll }]),
  ];
  const picked = await vscode.window.showQuickPick(actions, { title: `${panel.name}: ${stateText(panel)}` });
  await picked?.run?.();
}
