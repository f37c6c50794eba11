import * as vscode from "vscode";
import type { ConnectionSource } from "../core/aws/connection";
import { isAbort } from "../core/errors";
import { TailSession, type TailOptions } from "../core/logs/tailSession";
import type { CommandArguments } from "../ids";
import type { AwsBundle } from "../workbench/bundles";
import type { Log } from "../workbench/log";
import { chooseTail } from "./chooseTail";
import { TailPanel, titleOf, type RunningSession } from "./tailPanel";

export interface TailsParts {
  readonly bundles: { aws(): Promise<AwsBundle> };
  readonly log: Log;
  readonly connections: ConnectionSource;
  /** Tests replace the session. */
  readonly createSession?: (options: TailOptions) => RunningSession;
}

type Handlers = { readonly [Id in "appstreamMonitor.logs.tail" | "appstreamMonitor.logs.stopTail"]: Handler<Id> };
type Handler<Id extends keyof CommandArguments> = (argument: CommandArguments[Id] | undefined) => Promise<void>;

export interface Tails extends vscode.Disposable {
  run<Id extends keyof Handlers>(id: Id, argument: CommandArguments[Id] | undefined): Promise<void>;
}

/** The commands about tails, over the tails that run. */
export function createTails({ bundles, log, connections, createSession }: TailsParts): Tails {
  const panels = new Map<string, TailPanel>();
  const running = (): TailPanel[] => [...panels.values()].filter((panel) => panel.running);
  const connectionChange = connections.onDidChange((connection) => {
    for (const panel of running().filter((each) => each.epoch !== connection?.epoch)) {
      panel.stop(vscode.l10n.t("stopped: the connection was changed"));
    }
  });
  const handlers: Handlers = {
    "appstreamMonitor.logs.tail": async (argument) => {
      const chosen = await chooseTail(await bundles.aws(), connections, argument ?? {});
      const title = titleOf(chosen);
      panels.get(title)?.dispose();
      const panel = new TailPanel(chosen, createSession ?? ((options) => new TailSession(options)));
      panels.set(title, panel);
      log.info(`tail of ${title} started`);
      void panel.run().catch((thrown: unknown) => {
        if (!isAbort(thrown)) {
          log.error(`tail of ${title}`, thrown);
        }
      });
    },
    "appstreamMonitor.logs.stopTail": async (title) => {
      const panel = typeof title === "string" ? panels.get(title) : await chooseRunning(running());
      panel?.stop(vscode.l10n.t("stopped"));
    },
  };
  return {
    run: (id, argument) => handlers[id](argument),
    dispose: () => {
      connectionChange.dispose();
      panels.forEach((panel) => {
        panel.dispose();
      });
    },
  };
}

async function chooseRunning(panels: readonly TailPanel[]): Promise<TailPanel | undefined> {
  if (panels.length <= 1) {
    return panels[0];
  }
  const items = panels.map((panel) => ({ label: panel.title, panel }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Stop Tailing") }))?.panel;
}
