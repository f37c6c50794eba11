import vscode = require("vscode");
import { durationText } from "../core/logs/lineFormat";
import type { CommandId } from "../ids";
import type { RunningTails } from "./runningTails";
import type { TailPanel } from "./tailPanel";

/** The age of the newest event grows although nothing happens. */
const refreshMs = 5000;
const linked = ["tailActions", "pauseTail", "resumeTail", "changeFilter", "stopTail"].map((name) => `appstreamMonitor.logs.${name}`);

/** One status bar item for all tails that run: rate, age of the newest event, what lags; its command is their menu. */
export class TailStatus implements vscode.Disposable {
  private readonly tails: RunningTails;
  private readonly item = vscode.window.createStatusBarItem("tails", vscode.StatusBarAlignment.Left);
  private readonly subscription: vscode.Disposable;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(tails: RunningTails) {
    this.tails = tails;
    this.item.name = vscode.l10n.t("Tails");
    this.item.command = "appstreamMonitor.logs.tailActions" satisfies CommandId;
    this.subscription = tails.onDidChange(() => {
      this.update();
    });
  }

  dispose(): void {
    clearInterval(this.timer);
    this.subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const { running } = this.tails;
    if (running.length === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
      this.item.hide();
      return;
    }
    this.timer ??= setInterval(() => {
      this.update();
    }, refreshMs);
    const [only] = running;
    const text = running.length === 1 && only !== undefined ? stateText(only) : allText(running);
    this.item.text = `${running.every(({ paused }) => paused) ? "$(debug-pause)" : "$(pulse)"} ${text}`;
    this.item.tooltip = tooltip(running);
    this.item.accessibilityInformation = { label: vscode.l10n.t("Tail: {0}. Opens its menu.", text) };
    this.item.show();
  }
}

/** windows 35.0/s · 74 s old · 2 shards lag */
export function stateText({ target, state, paused }: TailPanel): string {
  const parts = [
    paused ? vscode.l10n.t("{0} paused", target.index) : vscode.l10n.t("{0} {1}/s", target.index, (state?.rate ?? 0).toFixed(1)),
    ...(state?.newest === undefined ? [] : [vscode.l10n.t("{0} old", durationText(Date.now() - state.newest))]),
    ...(state === undefined || state.behind === 0 ? [] : [vscode.l10n.t("{0} events behind", state.behind)]),
    ...(state === undefined || state.lagging === 0 ? [] : [vscode.l10n.t("{0} shards lag", state.lagging)]),
  ];
  return parts.join(" · ");
}

function allText(panels: readonly TailPanel[]): string {
  const rate = panels.reduce((sum, { state, paused }) => sum + (paused ? 0 : (state?.rate ?? 0)), 0);
  const lagging = panels.reduce((sum, { state }) => sum + (state?.lagging ?? 0), 0);
  const text = vscode.l10n.t("{0} tails {1}/s", panels.length, rate.toFixed(1));
  return lagging === 0 ? text : `${text} · ${vscode.l10n.t("{0} shards lag", lagging)}`;
}

function tooltip(panels: readonly TailPanel[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString("", true);
  text.isTrusted = { enabledCommands: linked };
  for (const panel of panels) {
    const { state } = panel;
    text.appendMarkdown("**");
    text.appendText(panel.name);
    text.appendMarkdown("**  \n");
    if (panel.filter !== "") {
      text.appendText(panel.filter);
      text.appendMarkdown("  \n");
    }
    text.appendText(stateText(panel));
    if (state !== undefined) {
      text.appendMarkdown("  \n");
      text.appendText(
        vscode.l10n.t(
          "Shards: {0}, indices: {1}, shown: {2}, repeats left out: {3}",
          state.streams,
          state.indices,
          state.shown,
          state.redelivered,
        ),
      );
    }
    const pause = panel.paused ? link("resumeTail", panel, vscode.l10n.t("Resume")) : link("pauseTail", panel, vscode.l10n.t("Pause"));
    const more = [link("changeFilter", panel, vscode.l10n.t("Filter…")), link("stopTail", panel, vscode.l10n.t("Stop"))];
    text.appendMarkdown(`\n\n${[pause, ...more].join(" · ")}\n\n`);
  }
  return text;
}

function link(name: string, { id }: TailPanel, label: string): string {
  return `[${label}](command:appstreamMonitor.logs.${name}?${encodeURIComponent(JSON.stringify([id]))})`;
}
