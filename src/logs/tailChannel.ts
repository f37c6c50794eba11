import vscode = require("vscode");
import { ShownText } from "../core/logs/shownText";
import type { LogEntry } from "../core/logs/tailEvents";
import { tailLanguage } from "../ids";
import { setting } from "../workbench/settings";

const batchMs = 150;
const batchBlocks = 2000;
/** The editor keeps at most 30 MB of a channel, counted from its making; emptying does not help. */
const renewedAt = 20 * 1024 * 1024;

/** The output channel of one tail: written in batches, renewed before the editor cuts it. */
export class TailChannel implements vscode.Disposable {
  readonly name: string;
  readonly text = new ShownText(() => ({ timeZone: setting("tail.timeZone") }));
  private channel: vscode.OutputChannel;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private held = false;
  private waiters: (() => void)[] = [];
  private written = 0;
  private marks: { readonly at: number; readonly reached: () => void }[] = [];

  constructor(name: string) {
    this.name = name;
    this.channel = vscode.window.createOutputChannel(name, tailLanguage);
  }

  /** Resolves when there is room for more. */
  async add(entries: readonly LogEntry[]): Promise<void> {
    this.text.addEntries(entries);
    this.schedule();
    if (this.text.full) {
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
  }

  /** Calls `reached` when all that was given until now is written. */
  whenWritten(reached: () => void): void {
    this.marks.push({ at: this.written + this.text.waiting, reached });
    this.reach();
  }

  notice(text: string): void {
    this.text.addNotice(text);
    this.schedule();
  }

  header(text: string): void {
    this.text.addHeader(text);
    this.schedule();
  }

  /** While held nothing is written; it waits. */
  hold(held: boolean): void {
    this.held = held;
    this.schedule();
  }

  clear(): void {
    this.text.clear();
    this.channel.clear();
  }

  show(): void {
    this.channel.show(true);
  }

  /** Writes all that waits, held or not. */
  end(): void {
    this.held = false;
    while (this.write()) {
      // The next batch.
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.release();
    this.channel.dispose();
  }

  private schedule(): void {
    if (this.held) {
      clearTimeout(this.timer);
      this.timer = undefined;
      return;
    }
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (this.write() && this.text.waiting > 0) {
        this.schedule();
      }
    }, batchMs);
  }

  private write(): boolean {
    const { waiting } = this.text;
    const lines = this.text.take(batchBlocks);
    if (lines === undefined) {
      return false;
    }
    this.channel.appendLine(lines);
    this.written += waiting - this.text.waiting;
    this.reach();
    if (this.text.bytes > renewedAt) {
      this.renew();
    }
    if (!this.text.full) {
      this.release();
    }
    return true;
  }

  private reach(): void {
    const reached = this.marks.filter(({ at }) => at <= this.written);
    this.marks = this.marks.filter(({ at }) => at > this.written);
    reached.forEach((mark) => {
      mark.reached();
    });
  }

  private renew(): void {
    const old = this.channel;
    const { shown } = this;
    this.channel = vscode.window.createOutputChannel(this.name, tailLanguage);
    const carried = this.text.renew();
    if (carried !== undefined) {
      this.channel.appendLine(carried);
    }
    this.text.addNotice(vscode.l10n.t("the view begins anew, because the editor keeps no longer one: Show Older Events reads the rest"));
    if (shown) {
      this.channel.show(true);
    }
    old.dispose();
  }

  get shown(): boolean {
    return vscode.window.visibleTextEditors.some(({ document }) => channelName(document.uri) === this.name);
  }

  private release(): void {
    const waiters = this.waiters;
    this.waiters = [];
    waiters.forEach((resolve) => {
      resolve();
    });
  }
}

/** The name of the channel whose text the document is; undefined for other documents. */
export function channelName(uri: vscode.Uri): string | undefined {
  return uri.scheme === "output" ? /-#\d+-(.*)$/.exec(uri.path)?.[1] : undefined;
}

export function linesOf(document: vscode.TextDocument): readonly string[] {
  return document.getText().split(/\r?\n/);
}
