import * as vscode from "vscode";
import { AppError } from "../core/errors";
import type { TailOptions } from "../core/logs/tailSession";
import type { ChosenTail } from "./chooseTail";
import { TailPanel, type RunningSession } from "./tailPanel";

/** So many channels can still be told apart, and so many domains asked every second. */
const mostTails = 10;

/** The tails of this window, each with a channel. */
export class RunningTails implements vscode.Disposable {
  private panels: TailPanel[] = [];
  private nextId = 1;

  get running(): readonly TailPanel[] {
    return this.panels.filter((panel) => panel.running);
  }

  /** The same events again replace the tail that showed them. */
  open(chosen: ChosenTail, createSession: (options: TailOptions) => RunningSession): TailPanel {
    const same = this.panels.find(({ target, filter }) => samePlace(target, chosen) && filter === chosen.filter);
    if (same !== undefined) {
      this.close(same);
    }
    if (this.running.length >= mostTails) {
      throw new AppError("conflict", vscode.l10n.t("{0} tails run already.", mostTails), {
        next: vscode.l10n.t("Stop one of them first."),
      });
    }
    const panel = new TailPanel(String(this.nextId++), this.freeName(chosen), chosen, createSession);
    this.panels.push(panel);
    return panel;
  }

  /** The tail of that id, or the only one, or the one that the user picks; undefined when there is none or the user left. */
  async choose(id: string | undefined, title: string): Promise<TailPanel | undefined> {
    const { running } = this;
    if (typeof id === "string" || running.length <= 1) {
      return typeof id === "string" ? this.panels.find((panel) => panel.id === id) : running[0];
    }
    const items = running.map((panel) => ({ label: panel.name, description: panel.filter, panel }));
    return (await vscode.window.showQuickPick(items, { title }))?.panel;
  }

  dispose(): void {
    this.panels.forEach((panel) => {
      panel.dispose();
    });
  }

  private close(panel: TailPanel): void {
    panel.dispose();
    this.panels = this.panels.filter((each) => each !== panel);
  }

  /** A stopped tail gives its name, and its channel, to the next of the same index. */
  private freeName(chosen: ChosenTail): string {
    const base = `${chosen.domain}/${chosen.index}`;
    for (let number = 1; ; number++) {
      const name = number === 1 ? base : `${base} (${number})`;
      const holder = this.panels.find((panel) => panel.name === name);
      if (holder?.running !== true) {
        if (holder !== undefined) {
          this.close(holder);
        }
        return name;
      }
    }
  }
}

function samePlace(a: ChosenTail, b: ChosenTail): boolean {
  return (
    a.domain === b.domain &&
    a.index === b.index &&
    a.connection.region === b.connection.region &&
    a.connection.profile === b.connection.profile
  );
}
