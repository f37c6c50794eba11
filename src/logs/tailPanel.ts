import vscode = require("vscode");
import { systemClock } from "../core/clock";
import { isAbort, toAppError } from "../core/errors";
import { parseFilter } from "../core/logs/filter";
import { durationText } from "../core/logs/lineFormat";
import type { TailPosition } from "../core/logs/resumeTail";
import type { TailEvent } from "../core/logs/tailEvents";
import type { TailOptions, TailSession } from "../core/logs/tailSession";
import type { ChosenTail } from "./chooseTail";
import { TailChannel } from "./tailChannel";

export type RunningSession = Pick<TailSession, "run" | "pause" | "resume" | "setFilter" | "skipToNow" | "setHidden" | "positions">;
export type TailState = Extract<TailEvent, { readonly kind: "state" }>;

export interface ReadTo {
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly positions: readonly TailPosition[];
}

const notedEvery = 5000;

/** One tail: its session and its output channel. */
export class TailPanel implements vscode.Disposable {
  readonly id: string;
  readonly name: string;
  readonly target: ChosenTail;
  readonly channel: TailChannel;
  filter: string;
  /** As of the last poll. */
  state: TailState | undefined;
  paused = false;
  private readonly session: RunningSession;
  private readonly controller = new AbortController();
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly visibility: vscode.Disposable;
  private lastReadTo: ReadTo | undefined;
  private notedAt = 0;
  readonly onDidChange = this.changes.event;

  constructor(id: string, name: string, chosen: ChosenTail, createSession: (options: TailOptions) => RunningSession) {
    this.id = id;
    this.name = name;
    this.target = chosen;
    this.filter = chosen.filter;
    this.channel = new TailChannel(vscode.l10n.t("Tail {0}", name));
    const { transport, index, filter, since } = chosen;
    this.session = createSession({
      ...{ transport, index, clock: systemClock, since },
      filter: parseFilter(filter),
      listener: (event) => this.receive(event),
    });
    this.visibility = vscode.window.onDidChangeVisibleTextEditors(() => {
      this.session.setHidden(!this.channel.shown);
    });
  }

  get running(): boolean {
    return !this.controller.signal.aborted;
  }

  get epoch(): number {
    return this.target.connection.epoch;
  }

  /** Ends when stopped; rejects after it showed why the domain refused. */
  async run(): Promise<void> {
    headerLines(this.target).forEach((line) => {
      this.channel.header(line);
    });
    this.channel.show();
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
    this.session.setFilter(parseFilter(filter));
    this.changes.fire();
  }

  /** Nothing is read meanwhile: what arrives waits in the domain. */
  pause(): void {
    if (this.running && !this.paused) {
      this.paused = true;
      this.session.pause();
      this.channel.notice(vscode.l10n.t("paused"));
      this.channel.end();
      this.channel.hold(true);
      this.changes.fire();
    }
  }

  resume(): void {
    if (this.running && this.paused) {
      this.paused = false;
      this.channel.notice(vscode.l10n.t("resumed: what arrived meanwhile follows"));
      this.channel.hold(false);
      this.session.resume();
      this.changes.fire();
    }
  }

  /** How far it has read and shown, for a later window; undefined until it has begun. */
  get readTo(): ReadTo | undefined {
    return this.lastReadTo;
  }

  /** Leaves out what waits in the domain; a notice tells how many events that are. */
  skip(): void {
    this.session.skipToNow();
  }

  stop(reason: string): void {
    if (this.running) {
      this.controller.abort();
      this.session.resume();
      this.channel.notice(reason);
      this.channel.end();
      this.changes.fire();
    }
  }

  dispose(): void {
    this.controller.abort();
    this.session.resume();
    this.visibility.dispose();
    this.channel.dispose();
    this.changes.fire();
    this.changes.dispose();
  }

  /** Between two polls all that was read is handed over; it counts when it is shown too. */
  private noteReadTo(): void {
    const now = Date.now();
    if (now - this.notedAt >= notedEvery) {
      this.notedAt = now;
      const positions = this.session.positions();
      this.channel.whenWritten(() => {
        this.lastReadTo = { at: now, positions };
      });
    }
  }

  private async receive(event: TailEvent): Promise<void> {
    if (!this.running) {
      return;
    }
    switch (event.kind) {
      case "entries":
        await this.channel.add(event.entries);
        break;
      case "notice":
        this.channel.notice(event.text);
        break;
      case "state":
        this.state = event;
        this.noteReadTo();
        this.changes.fire();
        break;
    }
  }
}

function headerLines({ domain, index, connection, filter, since }: ChosenTail): readonly string[] {
  const from =
    connection.kind === "sandbox"
      ? `SANDBOX: ${vscode.l10n.t("simulated on this machine, not an AWS account")}`
      : vscode.l10n.t("{0}, {1}", connection.profile ?? "AWS", connection.region);
  return [
    from,
    vscode.l10n.t("index {0} of domain {1}", index, domain),
    ...(filter === "" ? [] : [vscode.l10n.t("filter: {0}", filter)]),
    vscode.l10n.t("started {0}", new Date().toISOString()),
    ...(since.kind === "resume"
      ? [
          vscode.l10n.t(
            "goes on after a gap of {0}: what arrived meanwhile follows, nothing is repeated",
            durationText(Date.now() - since.at),
          ),
        ]
      : []),
  ];
}
