import * as vscode from "vscode";
import { parseFilter } from "../core/logs/filter";
import { formatEntry, neutralised } from "../core/logs/lineFormat";
import type { TailEvent, TailOptions, TailSession } from "../core/logs/tailSession";
import { isAbort, toAppError } from "../core/errors";
import { systemClock } from "../core/clock";
import { tailLanguage } from "../ids";
import { setting } from "../workbench/settings";
import type { ChosenTail } from "./chooseTail";

const batchMs = 150;

export type RunningSession = Pick<TailSession, "run" | "pause" | "resume" | "setFilter">;

/** One tail: its session, its output channel and its status bar item. */
export class TailPanel implements vscode.Disposable {
  readonly id: string;
  readonly name: string;
  readonly target: ChosenTail;
  filter: string;
  readonly epoch: number;
  private session: RunningSession | undefined;
  private readonly createSession: (options: TailOptions) => RunningSession;
  private readonly channel: vscode.OutputChannel;
  private readonly status: vscode.StatusBarItem;
  private readonly controller = new AbortController();
  private pending: string[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string, name: string, chosen: ChosenTail, createSession: (options: TailOptions) => RunningSession) {
    this.id = id;
    this.name = name;
    this.createSession = createSession;
    this.target = chosen;
    this.filter = chosen.filter;
    this.epoch = chosen.connection.epoch;
    this.channel = vscode.window.createOutputChannel(vscode.l10n.t("Tail {0}", this.name), tailLanguage);
    this.status = vscode.window.createStatusBarItem(`tail.${this.name}`, vscode.StatusBarAlignment.Left);
    this.status.name = vscode.l10n.t("Tail {0}", this.name);
    this.status.text = `$(pulse) ${chosen.index}`;
    this.status.tooltip = vscode.l10n.t("Tailing {0}. Click to stop.", this.name);
    this.status.command = { command: "appstreamMonitor.logs.stopTail", title: "", arguments: [id] };
    this.status.show();
  }

  get running(): boolean {
    return !this.controller.signal.aborted;
  }

  /** Ends when stopped; rejects after it showed why the domain refused. */
  async run(): Promise<void> {
    headerLines(this.target).forEach((line) => {
      this.channel.appendLine(line);
    });
    this.channel.show(true);
    const { transport, index, filter, since } = this.target;
    this.session = this.createSession({
      ...{ transport, index, clock: systemClock, since },
      filter: parseFilter(filter),
      listener: (event) => {
        this.receive(event);
      },
    });
    try {
      await this.session.run(this.controller.signal);
    } catch (thrown) {
      if (this.running && !isAbort(thrown)) {
        const { message, next } = toAppError(thrown);
        const text = next === undefined ? message : `${message} ${next}`;
        this.stop(text);
        void vscode.window.showErrorMessage(vscode.l10n.t("The tail of {0} ended: {1}", this.name, text));
      }
      throw thrown;
    }
  }

  /** Takes effect with the next poll. */
  changeFilter(filter: string): void {
    this.filter = filter;
    this.session?.setFilter(parseFilter(filter));
  }

  stop(reason: string): void {
    if (this.running) {
      this.controller.abort();
      this.pending.push(`-- ${reason} --`);
      this.flush();
      this.status.dispose();
    }
  }

  dispose(): void {
    this.controller.abort();
    clearTimeout(this.timer);
    this.status.dispose();
    this.channel.dispose();
  }

  private receive(event: TailEvent): void {
    if (!this.running) {
      return;
    }
    switch (event.kind) {
      case "entries":
        this.append(event.entries.map((entry) => formatEntry(entry, { timeZone: setting("tail.timeZone") })));
        break;
      case "notice":
        this.append([`-- ${neutralised(event.text)} --`]);
        break;
      case "state":
        this.status.text = statusText(this.target.index, event);
        break;
    }
  }

  private append(lines: readonly string[]): void {
    this.pending.push(...lines);
    this.timer ??= setTimeout(() => {
      this.flush();
    }, batchMs);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending.length > 0) {
      this.channel.appendLine(this.pending.join("\n"));
      this.pending = [];
    }
  }
}

function headerLines({ domain, index, connection, filter }: ChosenTail): readonly string[] {
  const from =
    connection.kind === "sandbox"
      ? `SANDBOX: ${vscode.l10n.t("simulated on this machine, not an AWS account")}`
      : vscode.l10n.t("{0}, {1}", connection.profile ?? "AWS", connection.region);
  return [
    `# ${from}`,
    `# ${vscode.l10n.t("index {0} of domain {1}", index, domain)}`,
    ...(filter === "" ? [] : [`# ${vscode.l10n.t("filter: {0}", filter)}`]),
    `# ${vscode.l10n.t("started {0}", new Date().toISOString())}`,
  ];
}

function statusText(index: string, { rate, newest }: TailEvent & { readonly kind: "state" }): string {
  const speed = vscode.l10n.t("{0}/s", rate.toFixed(1));
  const age = newest === undefined ? "" : ` · ${ageText(Date.now() - newest)}`;
  return `$(pulse) ${index} ${speed}${age}`;
}

function ageText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 120 ? vscode.l10n.t("{0} s ago", seconds) : vscode.l10n.t("{0} min ago", Math.round(seconds / 60));
}
