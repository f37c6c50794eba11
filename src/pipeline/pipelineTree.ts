import vscode = require("vscode");
import type { ConnectionSource } from "../core/aws/connection";
import { toAppError } from "../core/errors";
import type { PipelineDefinition } from "../core/pipeline/definition";
import type { ResourceRow } from "../core/pipeline/resourceRows";
import { viewIds } from "../ids";
import type { Bundles } from "../workbench/bundles";
import type { OpenView } from "../workbench/lateViews";
import type { Log } from "../workbench/log";
import { findDefinitions } from "./definitionFiles";
import { resourceItem, textItem, textsOf, type PipelineNode, type ResourceNode, type TextNode } from "./pipelineRows";

interface PipelineTreeParts {
  readonly bundles: Bundles;
  readonly connections: ConnectionSource;
  readonly log: Log;
  readonly openView: OpenView;
}

type TreeNode = PipelineNode | ResourceNode | TextNode;

/** What a running deployment or destruction shows below its pipeline. */
export interface WatchedRows {
  /** Something has happened. */
  changed(): void;
  /** The last rows stay until the next operation, or another connection. */
  end(): void;
}

const heartbeat = 2_000;

/**
 * The view Pipelines: definition files with their deployed state, and below each its resources: those of an operation that runs here
 * with elapsed and expected time, else what CloudFormation holds. It is asked only while somebody looks and a connection is there.
 */
export class PipelineTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  private readonly parts: PipelineTreeParts;
  private readonly changes = new vscode.EventEmitter<TreeNode | undefined>();
  private readonly disposables: vscode.Disposable[];
  private readonly view: vscode.TreeView<TreeNode>;
  private readonly nodes = new Map<string, PipelineNode>();
  private readonly watched = new Map<string, () => readonly ResourceRow[]>();
  private readonly timers = new Set<ReturnType<typeof setInterval>>();
  readonly onDidChangeTreeData = this.changes.event;

  constructor(parts: PipelineTreeParts) {
    this.parts = parts;
    const watcher = vscode.workspace.createFileSystemWatcher("**/*appstream-pipeline.json");
    const changed = (): void => void this.refresh();
    this.view = parts.openView<TreeNode>(viewIds.pipelines, this);
    this.disposables = [
      this.view,
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidDelete(changed),
      watcher.onDidChange(changed),
      parts.connections.onDidChange(() => {
        if (this.timers.size === 0) {
          this.watched.clear();
        }
        changed();
      }),
      this.changes,
    ];
  }

  async refresh(): Promise<void> {
    this.changes.fire(undefined);
  }

  /** Shows these rows below a definition, and opens them while somebody looks. */
  watch(uri: vscode.Uri, rows: () => readonly ResourceRow[]): WatchedRows {
    const key = uri.toString();
    const node = this.nodeOf(uri);
    const changed = (): void => {
      this.changes.fire(node);
    };
    this.watched.set(key, rows);
    const timer = setInterval(() => {
      if (this.view.visible) {
        changed();
      }
    }, heartbeat);
    this.timers.add(timer);
    changed();
    if (this.view.visible) {
      this.view.reveal(node, { expand: true, select: false, focus: false }).then(undefined, (thrown: unknown) => {
        this.parts.log.error("pipelines", thrown);
      });
    }
    return {
      changed,
      end: () => {
        clearInterval(timer);
        this.timers.delete(timer);
        const last = rows();
        this.watched.set(key, () => last);
        changed();
      },
    };
  }

  private nodeOf(uri: vscode.Uri): PipelineNode {
    const key = uri.toString();
    const node = this.nodes.get(key) ?? { uri, definition: key, pipeline: key };
    this.nodes.set(key, node);
    return node;
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return "owner" in node ? node.owner : undefined;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node === undefined) {
      return (await findDefinitions()).map((uri) => this.nodeOf(uri));
    }
    if ("text" in node) {
      return [];
    }
    return "row" in node ? textsOf(node) : this.resourcesOf(node);
  }

  private async resourcesOf(owner: PipelineNode): Promise<TreeNode[]> {
    const watched = this.watched.get(owner.definition);
    if (watched !== undefined) {
      return watched().map((row) => ({ owner, row }));
    }
    const connection = this.parts.connections.current;
    const bundle = await this.parts.bundles.aws();
    const definition = await this.read(owner.uri);
    if (connection === undefined || definition === undefined) {
      return [];
    }
    try {
      const rows = await bundle.deployedRows(bundle.createAws({ ...connection, region: definition.region }), definition);
      return rows.length === 0
        ? [{ owner, text: vscode.l10n.t("Nothing is deployed."), icon: "info" }]
        : rows.map((row) => ({ owner, row }));
    } catch (thrown) {
      this.parts.log.error("pipelines", thrown);
      return [{ owner, text: toAppError(thrown).message, icon: "warning" }];
    }
  }

  private async read(uri: vscode.Uri): Promise<PipelineDefinition | undefined> {
    const { parseDefinition } = await this.parts.bundles.aws();
    return parseDefinition(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri))).definition;
  }

  async getTreeItem(node: TreeNode): Promise<vscode.TreeItem> {
    if ("text" in node) {
      return textItem(node);
    }
    if ("row" in node) {
      const { partTitle } = await this.parts.bundles.aws();
      const name = (await this.read(node.owner.uri))?.name ?? "";
      return resourceItem(node, partTitle({ name }, node.row.part));
    }
    return this.pipelineItem(node);
  }

  private async pipelineItem(node: PipelineNode): Promise<vscode.TreeItem> {
    const item = new vscode.TreeItem(node.uri, vscode.TreeItemCollapsibleState.Collapsed);
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
    const definition = await this.read(uri);
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
    this.timers.forEach((timer) => {
      clearInterval(timer);
    });
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
