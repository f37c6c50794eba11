import * as vscode from "vscode";
import type { ConnectionSource } from "../core/aws/connection";
import { toAppError } from "../core/errors";
import { viewIds, type PipelineArgument } from "../ids";
import type { Bundles } from "../workbench/bundles";
import type { Log } from "../workbench/log";
import { findDefinitions } from "./definitionFiles";

interface PipelineTreeParts {
  readonly bundles: Bundles;
  readonly connections: ConnectionSource;
  readonly log: Log;
}

/** One row of the view: a definition file. Its shape is the argument of the pipeline's commands. */
export interface PipelineNode extends PipelineArgument {
  readonly uri: vscode.Uri;
  /** As the argument of Tail Logs names it. */
  readonly pipeline: string;
}

/** The view Pipelines: definition files with their deployed state, which is asked for only while somebody looks and a connection is there. */
export class PipelineTree implements vscode.TreeDataProvider<PipelineNode>, vscode.Disposable {
  private readonly parts: PipelineTreeParts;
  private readonly changes = new vscode.EventEmitter<undefined>();
  private readonly disposables: vscode.Disposable[];
  private readonly view: vscode.TreeView<PipelineNode>;
  readonly onDidChangeTreeData = this.changes.event;

  constructor(parts: PipelineTreeParts) {
    this.parts = parts;
    const watcher = vscode.workspace.createFileSystemWatcher("**/*appstream-pipeline.json");
    const changed = (): void => void this.refresh();
    this.view = vscode.window.createTreeView(viewIds.pipelines, { treeDataProvider: this, showCollapseAll: false });
    this.disposables = [
      this.view,
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidDelete(changed),
      watcher.onDidChange(changed),
      parts.connections.onDidChange(changed),
      this.changes,
    ];
  }

  async refresh(): Promise<void> {
    this.changes.fire(undefined);
  }

  async getChildren(node?: PipelineNode): Promise<PipelineNode[]> {
    return node === undefined
      ? (await findDefinitions()).map((uri) => ({ uri, definition: uri.toString(), pipeline: uri.toString() }))
      : [];
  }

  async getTreeItem(node: PipelineNode): Promise<vscode.TreeItem> {
    const item = new vscode.TreeItem(node.uri);
    item.id = node.definition;
    item.command = { command: "vscode.open", title: vscode.l10n.t("Open"), arguments: [node.uri] };
    const { label, description, icon, detail = description } = await this.describe(node.uri);
    item.label = label;
    item.description = description;
    item.iconPath = new vscode.ThemeIcon(icon);
    item.tooltip = `${vscode.workspace.asRelativePath(node.uri)}\n${detail}`;
    item.contextValue = "pipeline";
    item.accessibilityInformation = { label: `${label}, ${description}` };
    return item;
  }

  private async describe(uri: vscode.Uri): Promise<Row & { readonly label: string }> {
    const label = vscode.workspace.asRelativePath(uri);
    const bundle = await this.parts.bundles.aws();
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    const { definition } = bundle.parseDefinition(text);
    if (definition === undefined) {
      return { label, description: vscode.l10n.t("has errors"), icon: "error" };
    }
    const { name, region } = definition;
    const connection = this.parts.connections.current;
    if (connection === undefined) {
      return { label: name, description: region, icon: "file-code" };
    }
    try {
      const state = await bundle.deployedState(bundle.createAws({ ...connection, region }), definition);
      return { label: name, ...words(region, state.ingest, state.streaming) };
    } catch (thrown) {
      this.parts.log.error("pipelines", thrown);
      return {
        label: name,
        description: vscode.l10n.t("{0}, state unknown", region),
        detail: `${region}, ${toAppError(thrown).message}`,
        icon: "warning",
      };
    }
  }

  dispose(): void {
    this.disposables.forEach((one) => {
      one.dispose();
    });
  }
}

interface Row {
  readonly description: string;
  /** What the tooltip says more. */
  readonly detail?: string;
  readonly icon: string;
}

function words(region: string, ingest: string | undefined, streaming: string | undefined): Row {
  const states = [ingest, streaming].filter((one) => one !== undefined).filter((one) => one !== "REVIEW_IN_PROGRESS");
  if (states.length === 0) {
    return { description: vscode.l10n.t("{0}, not deployed", region), icon: "circle-outline" };
  }
  if (states.some((one) => one.endsWith("_IN_PROGRESS"))) {
    const detail = vscode.l10n.t("{0}, changing: {1}", region, states.join(", "));
    return { description: vscode.l10n.t("{0}, changing…", region), detail, icon: "sync~spin" };
  }
  if (states.some((one) => /FAILED|ROLLBACK/.test(one))) {
    const detail = vscode.l10n.t("{0}, failed: {1}", region, states.join(", "));
    return { description: vscode.l10n.t("{0}, failed", region), detail, icon: "error" };
  }
  return streaming === undefined
    ? { description: vscode.l10n.t("{0}, waiting for the image", region), icon: "clock" }
    : { description: vscode.l10n.t("{0}, deployed", region), icon: "pass" };
}
