import vscode = require("vscode");
import type { Connection } from "../core/aws/connection";
import { isAbort, toAppError } from "../core/errors";
import type { Loader } from "../core/resources/entry";
import type { ResourceArgument } from "../ids";
import type { OpenView } from "../workbench/lateViews";
import type { TreeNode } from "./node";
import { ResourceTree, type TreeDependencies } from "./resourceTree";

interface ViewDependencies extends TreeDependencies {
  readonly openView: OpenView;
}

export interface ViewDefinition {
  readonly id: string;
  readonly title: string;
  readonly filteredKey: string;
  readonly kinds: readonly ResourceArgument["kind"][];
  readonly load: Loader;
  none(region: string): string;
}

const busyPollMs = { aws: 15_000, sandbox: 1_500 };
/** The sandbox ends by itself when nobody asks it anything. */
const keepAliveMs = 120_000;

/** One view: its tree, what stands around it, and its refreshing while somebody looks. */
export class ExplorerView implements vscode.Disposable {
  readonly definition: ViewDefinition;
  readonly tree: ResourceTree;
  private readonly dependencies: ViewDependencies;
  private readonly view: vscode.TreeView<TreeNode>;
  private readonly subscriptions: vscode.Disposable;
  private watching: AbortController | undefined;
  private shownEpoch: number | undefined;

  constructor(definition: ViewDefinition, dependencies: ViewDependencies) {
    this.definition = definition;
    this.dependencies = dependencies;
    this.tree = new ResourceTree(dependencies, definition.load);
    this.view = dependencies.openView(definition.id, this.tree);
    this.subscriptions = vscode.Disposable.from(
      this.view,
      this.tree.onDidLoad(() => {
        this.describe();
      }),
      this.view.onDidChangeVisibility(({ visible }) => {
        if (visible) {
          this.watch();
        } else {
          this.watching?.abort();
        }
      }),
      this.dependencies.connections.onDidChange((connection) => {
        this.connectionChanged(connection);
      }),
    );
    if (this.view.visible) {
      this.watch();
    }
  }

  refresh(): void {
    this.tree.refresh();
  }

  setFilter(text: string): void {
    this.tree.filter = text;
    void vscode.commands.executeCommand("setContext", this.definition.filteredKey, this.tree.filter !== "");
    this.describe();
  }

  /** Selects a resource of this view after reading the view anew; true when it is there. */
  async reveal(argument: ResourceArgument): Promise<boolean> {
    this.tree.refresh();
    const found = await this.tree.find((node) => node.kind === argument.kind && node.name === argument.name);
    if (found === undefined) {
      return false;
    }
    await this.view.reveal(found, { select: true, focus: false, expand: true });
    return true;
  }

  dispose(): void {
    this.watching?.abort();
    this.subscriptions.dispose();
  }

  /** A tree that loads makes the connection itself; its own epoch is no news to it. */
  private connectionChanged(connection: Connection | undefined): void {
    if (connection === undefined || (this.shownEpoch !== undefined && connection.epoch !== this.shownEpoch)) {
      this.tree.refresh();
    }
    this.shownEpoch = connection?.epoch;
    this.describe();
  }

  private describe(): void {
    const { current } = this.dependencies.connections;
    const { filter, topNodes, topError, isLoaded } = this.tree;
    this.view.title = current?.kind === "sandbox" ? vscode.l10n.t("{0} (Sandbox)", this.definition.title) : this.definition.title;
    const place = current === undefined ? "" : placeOf(current);
    this.view.description = filter === "" ? place : vscode.l10n.t('filter "{0}" · {1}', filter, place);
    const isEmpty = current !== undefined && isLoaded && topError === undefined && topNodes.length === 0;
    this.view.message = isEmpty ? this.emptyText(current.region) : "";
  }

  private emptyText(region: string): string {
    return this.tree.filter === "" ? this.definition.none(region) : vscode.l10n.t('Nothing here matches "{0}".', this.tree.filter);
  }

  /** Runs while the view is visible. */
  private watch(): void {
    this.watching?.abort();
    const watching = new AbortController();
    this.watching = watching;
    void this.refreshWhileBusy(watching.signal).catch((thrown: unknown) => {
      if (!isAbort(thrown)) {
        this.dependencies.log.error("watching a tree", toAppError(thrown));
      }
    });
  }

  private async refreshWhileBusy(signal: AbortSignal): Promise<void> {
    const { clock, connections } = this.dependencies;
    let lastContact = clock.now();
    for (;;) {
      const kind = connections.current?.kind ?? "aws";
      await clock.delay(busyPollMs[kind], signal);
      if (this.tree.hasBusyNode && connections.current !== undefined) {
        await this.tree.update();
        lastContact = clock.now();
      } else if (kind === "sandbox" && clock.now() - lastContact > keepAliveMs) {
        await connections.resolve();
        lastContact = clock.now();
      }
    }
  }
}

/** The title says that it is the sandbox. */
function placeOf({ kind, profile, region }: Connection): string {
  return kind === "sandbox" ? region : `${profile ?? vscode.l10n.t("environment")}@${region}`;
}
