import vscode = require("vscode");
import { AppError } from "../core/errors";
import type { TailOptions } from "../core/logs/tailSession";
import { contextKeys } from "../ids";
import type { ChosenTail } from "./chooseTail";
import { channelName } from "./tailChannel";
import { stateText } from "./tailStatus";
import { TailPanel, type RunningSession } from "./tailPanel";

/** So many channels can still be told apart, and so many domains asked every second. */
const mostTails = 10;

interface Choice {
  readonly among?: (panel: TailPanel) => boolean;
  /** Whichever is shown: the user picks. */
  readonly ask?: boolean;
  /** Those that have been stopped, too. */
  readonly stopped?: boolean;
}

/** The tails of this window, each with a channel. */
export class RunningTails implements vscode.Disposable {
  private panels: TailPanel[] = [];
  private nextId = 1;
  private readonly contexts = new Map<string, boolean>();
  private readonly changes = new vscode.EventEmitter<void>();
  /** A tail began, changed its state or ended. */
  readonly onDidChange = this.changes.event;

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
    panel.onDidChange(() => {
      this.announce();
    });
    this.announce();
    return panel;
  }

  /** The tail whose channel a document is. */
  ofDocument(uri: vscode.Uri): TailPanel | undefined {
    const name = channelName(uri);
    return name === undefined ? undefined : this.panels.find(({ channel }) => channel.name === name);
  }

  /** The tail of that id, or the only one, or the one that is shown, or the one that the user picks; undefined when there is none or the user left. */
  async choose(
    id: unknown,
    title: string,
    { among = () => true, ask = false, stopped = false }: Choice = {},
  ): Promise<TailPanel | undefined> {
    const offered = (stopped ? this.panels : this.running).filter(among);
    if (typeof id === "string" || offered.length <= 1) {
      return typeof id === "string" ? this.panels.find((panel) => panel.id === id) : offered[0];
    }
    const shown = vscode.window.visibleTextEditors.flatMap(({ document }) => this.ofDocument(document.uri) ?? []);
    const [seen] = shown.filter((panel) => offered.includes(panel));
    if (seen !== undefined && !ask) {
      return seen;
    }
    const items = offered.map((panel) => ({ label: panel.name, description: panel.filter, detail: stateText(panel), panel }));
    return (await vscode.window.showQuickPick(items, { title }))?.panel;
  }

  dispose(): void {
    this.changes.dispose();
    this.panels.forEach((panel) => {
      panel.dispose();
    });
  }

  private announce(): void {
    this.changes.fire();
    const { running } = this;
    this.context(contextKeys.tailing, running.length > 0);
    this.context(contextKeys.tailShown, this.panels.length > 0);
    this.context(
      contextKeys.tailPaused,
      running.some(({ paused }) => paused),
    );
  }

  private context(key: string, value: boolean): void {
    if (this.contexts.get(key) !== value) {
      this.contexts.set(key, value);
      void vscode.commands.executeCommand("setContext", key, value);
    }
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
