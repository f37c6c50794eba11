import type * as vscode from "vscode";
import type { Connection } from "../core/aws/connection";
import type { TailPosition } from "../core/logs/resumeTail";
import { keptTailsKey } from "../ids";
import type { RunningTails } from "./runningTails";
import type { TailPanel } from "./tailPanel";

/** A tail as the workspace remembers it: where it reads and how far it has read; no secrets, no events. */
export interface KeptTail {
  readonly domain: string;
  readonly index: string;
  readonly filter: string;
  readonly kind: Connection["kind"];
  readonly profile?: string;
  readonly region: string;
  /** When it was noted, in milliseconds since the epoch. */
  readonly at: number;
  readonly positions: readonly TailPosition[];
}

const every = 10_000;

/** Notes every few seconds how far the running tails have read, so that the next window can go on there. */
export class TailMemory implements vscode.Disposable {
  private readonly tails: RunningTails;
  private readonly memento: vscode.Memento;
  private readonly subscription: vscode.Disposable;
  private timer: ReturnType<typeof setInterval> | undefined;
  private running = 0;

  constructor(tails: RunningTails, memento: vscode.Memento) {
    this.tails = tails;
    this.memento = memento;
    this.subscription = tails.onDidChange(() => {
      const { length } = tails.running;
      if (length !== this.running) {
        this.running = length;
        this.watch(length > 0);
      }
    });
  }

  /** Of an earlier window; empty once this window has tails of its own. */
  kept(): readonly KeptTail[] {
    return this.memento.get<readonly KeptTail[]>(keptTailsKey, []);
  }

  async forget(): Promise<void> {
    await this.memento.update(keptTailsKey, undefined);
  }

  dispose(): void {
    clearInterval(this.timer);
    this.subscription.dispose();
  }

  private watch(some: boolean): void {
    void this.note();
    if (some) {
      this.timer ??= setInterval(() => void this.note(), every);
    } else {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }

  private async note(): Promise<void> {
    await this.memento.update(
      keptTailsKey,
      this.tails.running.flatMap((panel) => toKept(panel) ?? []),
    );
  }
}

function toKept({ target, filter, readTo }: TailPanel): KeptTail | undefined {
  const { domain, index, connection } = target;
  const { kind, profile, region } = connection;
  return readTo && { domain, index, filter, kind, ...(profile === undefined ? {} : { profile }), region, ...readTo };
}
