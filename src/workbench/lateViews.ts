import vscode = require("vscode");
import { viewIds } from "../ids";

/** Puts a tree into one of our views. */
export type OpenView = <Node>(id: string, tree: vscode.TreeDataProvider<Node>) => vscode.TreeView<Node>;

export const openView: OpenView = (id, treeDataProvider) => vscode.window.createTreeView(id, { treeDataProvider, showCollapseAll: true });

/** Our views before there is anything to put into them: the first look at one of them calls `enter`, which opens them all. */
export class LateViews implements vscode.Disposable {
  private readonly views: ReadonlyMap<string, { readonly tree: LateTree; readonly view: vscode.TreeView<unknown> }>;

  constructor(enter: () => Promise<void>) {
    this.views = new Map(
      Object.values(viewIds).map((id) => {
        const tree = new LateTree(enter);
        return [id, { tree, view: openView(id, tree) }];
      }),
    );
  }

  readonly open: OpenView = <Node>(id: string, tree: vscode.TreeDataProvider<Node>) => {
    const late = this.views.get(id);
    if (late === undefined) {
      return openView(id, tree);
    }
    late.tree.show(tree);
    return late.view as vscode.TreeView<Node>;
  };

  dispose(): void {
    this.views.forEach(({ tree, view }) => {
      view.dispose();
      tree.dispose();
    });
  }
}

class LateTree implements vscode.TreeDataProvider<unknown>, vscode.Disposable {
  private readonly enter: () => Promise<void>;
  private readonly changes = new vscode.EventEmitter<unknown>();
  private tree: vscode.TreeDataProvider<unknown> | undefined;
  private passing: vscode.Disposable | undefined;
  readonly onDidChangeTreeData = this.changes.event;

  constructor(enter: () => Promise<void>) {
    this.enter = enter;
  }

  show(tree: vscode.TreeDataProvider<unknown>): void {
    this.tree = tree;
    this.passing = tree.onDidChangeTreeData?.((node) => {
      this.changes.fire(node);
    });
  }

  dispose(): void {
    this.passing?.dispose();
    this.changes.dispose();
  }

  async getChildren(node?: unknown): Promise<unknown[]> {
    await this.enter();
    return (await this.tree?.getChildren(node)) ?? [];
  }

  async getTreeItem(node: unknown): Promise<vscode.TreeItem> {
    return (await this.tree?.getTreeItem(node)) ?? {};
  }

  getParent(node: unknown): vscode.ProviderResult<unknown> {
    return this.tree?.getParent?.(node);
  }
}
