import vscode = require("vscode");
import { registerConnection } from "./connection/registerConnection";
import { registerExplorer } from "./explorer/registerExplorer";
import { registerLogs } from "./logs/registerLogs";
import { registerPipeline } from "./pipeline/registerPipeline";
import { createBundles } from "./workbench/bundles";
import { registerCommand } from "./workbench/commands";
import { registerLanguageGate } from "./workbench/languageGate";
import type { OpenView } from "./workbench/lateViews";
import { createLog } from "./workbench/log";
import { showMarkdown } from "./workbench/markdownPage";

/** Called once, with the first command, look at a view or document of ours. */
export function start(context: vscode.ExtensionContext, openView: OpenView): void {
  const log = createLog();
  const bundles = createBundles({ aws: () => import("./aws.js"), language: () => import("./language.js") });
  const connections = registerConnection({ bundles, log, context });
  context.subscriptions.push(
    log,
    registerCommand(log, "appstreamMonitor.workbench.showLog", () => {
      log.show();
    }),
    registerCommand(log, "appstreamMonitor.workbench.showTroubleshooting", () =>
      showMarkdown(vscode.Uri.joinPath(context.extensionUri, "docs", "troubleshooting.md")),
    ),
    registerExplorer({ bundles, log, connections, openView }),
    registerPipeline({ bundles, log, connections, openView }),
    registerLogs({ bundles, log, connections, memento: context.workspaceState, secrets: context.secrets }),
    registerLanguageGate(context, log, bundles, connections),
  );
}
