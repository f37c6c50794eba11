import vscode = require("vscode");
import type { ConnectionSource } from "../core/aws/connection";
import { systemClock, type Clock } from "../core/clock";
import { CloudAnswers, type CloudKnowledge } from "../core/project/cloud/cloudAnswers";
import type { Log } from "../workbench/log";

export interface CloudDeps {
  readonly connections: ConnectionSource;
  readonly log: Log;
  /** Looks at the documents on screen again. */
  readonly recheck: () => void;
  readonly clock?: Clock;
}

/** What the connected account says about the files on screen. Without a connection, or before its first answer, nothing. */
export class Cloud implements vscode.Disposable {
  private readonly deps: CloudDeps;
  private readonly subscriptions: readonly { dispose(): void }[];
  private answers: CloudAnswers | undefined;
  private opening = false;
  private disposed = false;

  constructor(deps: CloudDeps) {
    this.deps = deps;
    this.subscriptions = [
      deps.connections.onDidChange(() => {
        this.drop();
        deps.recheck();
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        if (deps.connections.current !== undefined) {
          deps.recheck();
        }
      }),
    ];
  }

  /** For a document that is on screen: only those are worth a request. */
  knowledgeFor(document: vscode.TextDocument): CloudKnowledge | undefined {
    if (!vscode.window.visibleTextEditors.some((editor) => editor.document === document)) {
      return undefined;
    }
    if (this.answers === undefined && !this.opening && this.deps.connections.current !== undefined) {
      void this.open();
    }
    return this.answers;
  }

  /** After something was deployed or destroyed: what is known is asked for anew. */
  refresh(): void {
    this.answers?.expire();
    this.deps.recheck();
  }

  dispose(): void {
    this.disposed = true;
    this.subscriptions.forEach((one) => {
      one.dispose();
    });
    this.drop();
  }

  private drop(): void {
    this.answers?.dispose();
    this.answers = undefined;
  }

  private async open(): Promise<void> {
    const { connections, log, recheck, clock = systemClock } = this.deps;
    this.opening = true;
    try {
      const connected = await connections.resolve();
      if (connected !== undefined && connected.connection.epoch === connections.current?.epoch && !this.disposed) {
        this.answers = new CloudAnswers({
          connected,
          clock,
          changed: recheck,
          failed: (question, thrown) => {
            log.error(`check against the account: ${question}`, thrown);
          },
        });
      }
    } catch (thrown) {
      log.error("check against the account", thrown);
    } finally {
      this.opening = false;
    }
    if (this.answers !== undefined) {
      recheck();
    }
  }
}
