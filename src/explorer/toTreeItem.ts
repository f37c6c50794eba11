import vscode = require("vscode");
import type { Entry } from "../core/resources/entry";
import type { ResourceKind, Summary, Tone } from "../core/resources/summary";
import { EntryNode, ErrorNode, type TreeNode } from "./node";

const { Collapsed, None } = vscode.TreeItemCollapsibleState;

export function toTreeItem(node: TreeNode): vscode.TreeItem {
  if (node instanceof EntryNode) {
    const item = entryItem(node.entry);
    item.id = node.id;
    return item;
  }
  return node instanceof ErrorNode ? errorItem(node) : moreItem(node.shown, node);
}

function entryItem(entry: Entry): vscode.TreeItem {
  switch (entry.type) {
    case "resource":
      return resourceItem(entry.summary, entry.load !== undefined);
    case "fact": {
      const item = new vscode.TreeItem(entry.fact.label, None);
      item.description = entry.fact.value;
      item.tooltip = entry.fact.value === "" ? entry.fact.label : `${entry.fact.label}: ${entry.fact.value}`;
      item.accessibilityInformation = { label: item.tooltip };
      item.contextValue = "fact";
      return item;
    }
    case "group": {
      const item = new vscode.TreeItem(entry.label, Collapsed);
      item.iconPath = new vscode.ThemeIcon(entry.icon);
      item.contextValue = "group";
      return item;
    }
  }
}

function resourceItem(summary: Summary, expandable: boolean): vscode.TreeItem {
  const label = summary.label ?? summary.name;
  const item = new vscode.TreeItem(label, expandable ? Collapsed : None);
  item.description = summary.description;
  item.iconPath = iconOf(summary.kind, summary.tone);
  item.tooltip = tooltipOf(label, summary);
  item.contextValue = `${summary.kind}.${summary.state}`;
  item.accessibilityInformation = { label: `${kindText(summary.kind)} ${label}, ${summary.description}` };
  return item;
}

function tooltipOf(label: string, summary: Summary): vscode.MarkdownString {
  const text = new vscode.MarkdownString("**").appendText(label).appendMarkdown("**");
  for (const { label: name, value } of summary.facts) {
    text.appendMarkdown("\n\n").appendText(`${name}: ${value}`);
  }
  return text;
}

const kindIcons: Readonly<Record<ResourceKind, string>> = {
  stream: "arrow-swap",
  domain: "database",
  index: "list-flat",
  fleet: "vm",
  appstreamStack: "layers",
  session: "person",
  image: "package",
  imageBuilder: "tools",
};

/** The shape tells the state apart, the colour only underlines it. */
function iconOf(kind: ResourceKind, tone: Tone): vscode.ThemeIcon {
  switch (tone) {
    case "ok":
      return new vscode.ThemeIcon(kindIcons[kind], new vscode.ThemeColor("testing.iconPassed"));
    case "busy":
      return new vscode.ThemeIcon("sync~spin");
    case "failed":
      return new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground"));
    case "stopped":
      return new vscode.ThemeIcon("circle-slash");
    case "unknown":
      return new vscode.ThemeIcon(kindIcons[kind]);
  }
}

function kindText(kind: ResourceKind): string {
  switch (kind) {
    case "stream":
      return vscode.l10n.t("Delivery stream");
    case "domain":
      return vscode.l10n.t("Domain");
    case "index":
      return vscode.l10n.t("Index");
    case "fleet":
      return vscode.l10n.t("Fleet");
    case "appstreamStack":
      return vscode.l10n.t("AppStream stack");
    case "session":
      return vscode.l10n.t("Session");
    case "image":
      return vscode.l10n.t("Image");
    case "imageBuilder":
      return vscode.l10n.t("Image builder");
  }
}

function errorItem(node: ErrorNode): vscode.TreeItem {
  const { message, next } = node.error;
  const item = new vscode.TreeItem(message, None);
  item.iconPath = new vscode.ThemeIcon(
    node.error.reason === "accessDenied" ? "lock" : "error",
    new vscode.ThemeColor("list.errorForeground"),
  );
  item.description = vscode.l10n.t("click to retry");
  item.tooltip = next === undefined ? message : `${message}\n${next}`;
  item.contextValue = "error";
  item.accessibilityInformation = { label: vscode.l10n.t("Failed: {0}. Press Enter to retry.", message) };
  item.command = { command: "appstreamMonitor.explorer.retry", title: vscode.l10n.t("Retry"), arguments: [node] };
  return item;
}

function moreItem(shown: number, node: TreeNode): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t("Load More…"), None);
  item.iconPath = new vscode.ThemeIcon("ellipsis");
  item.description = vscode.l10n.t("{0} shown", shown);
  item.contextValue = "more";
  item.command = { command: "appstreamMonitor.explorer.loadMore", title: vscode.l10n.t("Load More…"), arguments: [node] };
  return item;
}
