import * as vscode from "vscode";
import type { ConnectionSource } from "../core/aws/connection";
import { isAbort } from "../core/errors";
import type { Bundles } from "../workbench/bundles";
import { registerCommand } from "../workbench/commands";
import type { Log } from "../workbench/log";
import { chooseTail } from "./chooseTail";
import { TailPanel } from "./tailPanel";

export interface LogsParts {
  readonly bundles: Bundles;
  readonly log: Log;
  readonly connections: ConnectionSource;
}

/** The commands that start and stop tails. */
export function registerLogs({ bundles, log, connections }: LogsParts): vscode.Disposable {
  const panels = new Map<string, TailPanel>();
  const running = (): TailPanel[] => [...panels.values()].filter((panel) => panel.running);
  const connectionChange = connections.onDidChange((connection) => {
    for (const panel of running().filter((each) => each.epoch !== connection?.epoch)) {
      panel.stop(vscode.l10n.t("stopped: the connection was changed"));
    }
  });
  const tail = registerCommand(log, "appstreamMonitor.logs.tail", async (argument) => {
    const aws = await bundles.aws();
    const chosen = await chooseTail(aws, connections, argument ?? {});
    const { title } = chosen;
    panels.get(title)?.dispose();
    const panel = new TailPanel(aws, chosen);
    panels.set(title, panel);
    log.info(`tail of ${title} started`);
    void panel.run().catch((thrown: unknown) => {
      if (!isAbort(thrown)) {
        log.error(`tail of ${title}`, thrown);
      }
    });
  });
  const stopTail = registerCommand(log, "appstreamMonitor.logs.stopTail", async (title) => {
    const panel = typeof title === "string" ? panels.get(title) : await chooseRunning(running());
    panel?.stop(vscode.l10n.t("stopped"));
  });
  const end = new vscode.Disposable(() => {
    panels.forEach((panel) => {
      panel.dispose();
    });
  });
  return vscode.Disposable.from(connectionChange, tail, stopTail, end);
}

async function chooseRunning(panels: readonly TailPanel[]): Promise<TailPanel | undefined> {
  if (panels.length <= 1) {
    return panels[0];
  }
  const items = panels.map((panel) => ({ label: panel.title, panel }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Stop Tailing") }))?.panel;
}
