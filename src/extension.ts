import type * as vscode from "vscode";
import { createBundles } from "./workbench/bundles";
import { registerCommand } from "./workbench/commands";
import { createLog } from "./workbench/log";

export function activate(context: vscode.ExtensionContext): void {
  const log = createLog();
  const bundles = createBundles({ aws: () => import("./aws.js"), language: () => import("./language.js") });
  void bundles;
  context.subscriptions.push(
    log,
    registerCommand(log, "appstreamMonitor.workbench.showLog", () => {
      log.show();
    }),
  );
}
