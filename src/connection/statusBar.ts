import vscode = require("vscode");
import type { ConnectionState } from "../ids";
import type { Connections } from "./connections";

/** `profile@region`. Not shown before something is chosen or asked for: opening a JSON file alone concerns nobody. */
export function createStatusBar(connections: Connections): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("appstreamMonitor.connection", vscode.StatusBarAlignment.Left, 10);
  item.name = vscode.l10n.t("AppStream connection");
  item.command = "appstreamMonitor.connection.chooseProfile";
  let wanted = false;
  const update = (): void => {
    const { choice } = connections;
    item.text = textOf(connections);
    item.tooltip = tooltipOf(connections);
    item.accessibilityInformation = { label: vscode.l10n.t("AppStream connection: {0}", item.text.replace(/\$\([a-z-]+\) /, "")) };
    if (choice !== undefined || wanted) {
      item.show();
    } else {
      item.hide();
    }
  };
  update();
  const subscriptions = [
    connections.onDidChangeState(() => {
      wanted = true;
      update();
    }),
    connections.onDidChange(update),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("appstreamMonitor.connection")) {
        update();
      }
    }),
  ];
  return vscode.Disposable.from(item, ...subscriptions);
}

function textOf({ choice, current, state }: Connections): string {
  if (choice === undefined) {
    return `$(plug) ${vscode.l10n.t("Connect…")}`;
  }
  const name = choice.kind === "sandbox" ? vscode.l10n.t("Sandbox") : (choice.profile ?? vscode.l10n.t("environment"));
  const region = current?.region ?? choice.region;
  const place = region === undefined ? name : `${name}@${region}`;
  return `${iconOf(choice.kind, state)} ${place}`;
}

function iconOf(kind: "aws" | "sandbox", state: ConnectionState): string {
  if (state === "expired" || state === "accessDenied" || state === "sandboxFailed" || state === "noRegion") {
    return "$(warning)";
  }
  return kind === "sandbox" ? "$(beaker)" : "$(cloud)";
}

function tooltipOf({ choice, state }: Connections): string {
  const where = choice?.kind === "sandbox" ? vscode.l10n.t("A stand-in for AWS on this machine; nothing reaches an account.") : "AWS";
  return `AppStream Monitor: ${where}\n${stateText(state)}\n${vscode.l10n.t("Click to choose another profile.")}`;
}

function stateText(state: ConnectionState): string {
  switch (state) {
    case "connected":
      return vscode.l10n.t("Connected.");
    case "notConnected":
      return vscode.l10n.t("Not used yet.");
    case "noProfile":
      return vscode.l10n.t("There is no profile in the AWS files.");
    case "noRegion":
      return vscode.l10n.t("No region is chosen.");
    case "expired":
      return vscode.l10n.t("The credentials have expired.");
    case "accessDenied":
      return vscode.l10n.t("AWS does not accept the credentials.");
    case "sandboxFailed":
      return vscode.l10n.t("The sandbox could not be started.");
    case "untrusted":
      return vscode.l10n.t("AWS is not used in a workspace that is not trusted.");
  }
}
