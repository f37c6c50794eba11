import vscode = require("vscode");
import type { Connected, ConnectionSource } from "../core/aws/connection";
import type { Clock } from "../core/clock";
import { AppError, isAbort, toAppError } from "../core/errors";
import type { Entry, EntryPage, Loader } from "../core/resources/entry";
import type { Log } from "../workbench/log";
import { EntryNode, ErrorNode, MoreNode, type TreeNode } from "./node";
import { toTreeItem } from "./toTreeItem";

export interface TreeDependencies {
  readonly connections: ConnectionSource;
  readonly clock: Clock;
  readonly log: Log;
}

/** The loaded children of one node, or of the view itself. */
interface Level {
  nodes: readonly EntryNode[];
  footer: readonly EntryNode[];
  pages: number;
  nextToken: string | undefined;
  error: AppError | undefined;
  /** The load under way; a second asker waits for the same one. */
  loading: Promise<void> | undefined;
  readonly owner: EntryNode | undefined;
  readonly load: Loader;
}

const loadLimitMs = 25_000;

/** Children are loaded once, kept until refreshed, and belong to one connection. */
export class ResourceTree implements vscode.TreeDataProvider<TreeNode> {
  private readonly dependencies: TreeDependencies;
  private readonly roots: Loader;
  private readonly changes = new vscode.EventEmitter<TreeNode | undefined>();
  private readonly loads = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changes.event;
  readonly onDidLoad = this.loads.event;
  private levels = new Map<string, Level>();
  private filterText = "";

  constructor(dependencies: TreeDependencies, roots: Loader) {
    this.dependencies = dependencies;
    this.roots = roots;
  }

  get filter(): string {
    return this.filterText;
  }

  set filter(text: string) {
    this.filterText = text.trim();
    this.refresh();
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return toTreeItem(node);
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.owner;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node !== undefined && !(node instanceof EntryNode)) {
      return [];
    }
    const level = await this.levelOf(node);
    if (level === undefined) {
      return [];
    }
    if (!this.isCurrent(level)) {
      return this.getChildren(node); // Refreshed or reconnected while loading: this answer is too late.
    }
    this.loads.fire();
    return this.rowsOf(level);
  }

  /** The loaded rows of the top level. */
  get topNodes(): readonly EntryNode[] {
    return this.levels.get("")?.nodes ?? [];
  }

  get topError(): AppError | undefined {
    return this.levels.get("")?.error;
  }

  get isLoaded(): boolean {
    const top = this.levels.get("");
    return top !== undefined && top.loading === undefined;
  }

  /** True while something shown is between two states. */
  get hasBusyNode(): boolean {
    return [...this.levels.values()].some(({ nodes }) => nodes.some(isBusy));
  }

  refresh(): void {
    this.levels.clear();
    this.changes.fire(undefined);
  }

  /** Reads again what is between two states, without taking the old rows away meanwhile. */
  async update(): Promise<void> {
    const busy = [...this.levels.values()].filter((level) => level.loading === undefined && level.nodes.some(isBusy));
    for (const level of busy) {
      await this.reload(level);
    }
  }

  /** The node of a resource on the top level, loading pages until it is found. */
  async find(matches: (node: EntryNode) => boolean): Promise<EntryNode | undefined> {
    let level = await this.levelOf(undefined);
    let found = level?.nodes.find(matches);
    while (found === undefined && level?.nextToken !== undefined && level.error === undefined) {
      await this.loadPage(level);
      level = this.levels.get("");
      found = level?.nodes.find(matches);
    }
    return found;
  }

  private rowsOf(level: Level): TreeNode[] {
    const { owner, nodes, footer, error, nextToken } = level;
    if (error?.reason === "expiredCredentials" && owner === undefined) {
      return []; // The welcome content says what to do.
    }
    const rows: TreeNode[] = [...nodes];
    if (error !== undefined) {
      rows.push(
        new ErrorNode(owner, error, () => {
          this.retry(level);
        }),
      );
    } else if (nextToken !== undefined) {
      rows.push(new MoreNode(owner, nodes.length, () => this.loadMore(level)));
    } else if (owner?.entry.type === "group" && nodes.length === 0) {
      rows.push(new EntryNode({ type: "fact", fact: { label: owner.entry.empty, value: "" } }, owner, ""));
    }
    return [...rows, ...footer];
  }

  private retry(level: Level): void {
    if (level.pages > 0) {
      void this.loadMore(level);
    } else if (this.isCurrent(level)) {
      this.levels.delete(keyOf(level.owner));
      this.changes.fire(level.owner);
    }
  }

  private async loadMore(level: Level): Promise<void> {
    if (this.isCurrent(level) && level.loading === undefined) {
      await this.loadPage(level);
      this.changes.fire(level.owner);
    }
  }

  private async levelOf(owner: EntryNode | undefined): Promise<Level | undefined> {
    const load = owner === undefined ? this.roots : owner.load;
    if (load === undefined) {
      return undefined;
    }
    const key = keyOf(owner);
    let level = this.levels.get(key);
    if (level === undefined) {
      level = { nodes: [], footer: [], pages: 0, nextToken: undefined, error: undefined, loading: undefined, owner, load };
      this.levels.set(key, level);
      await this.loadPage(level);
    }
    await level.loading;
    if (this.isCurrent(level) && level.error?.reason === "notConnected" && level.error.code === notChosen) {
      this.levels.delete(key);
      return undefined;
    }
    return level;
  }

  private loadPage(level: Level): Promise<void> {
    level.error = undefined;
    level.loading = this.readPage(level, level.nextToken)
      .then((page) => {
        level.nodes = [...level.nodes, ...this.toNodes(page.items, level)];
        level.footer = this.toNodes(page.footer ?? [], level);
        level.nextToken = page.nextToken;
        level.pages++;
      })
      .catch((thrown: unknown) => {
        if (!isAbort(thrown)) {
          this.note(thrown);
        }
        level.error = toAppError(thrown);
      })
      .finally(() => {
        level.loading = undefined;
      });
    return level.loading;
  }

  private async reload(level: Level): Promise<void> {
    const items: Entry[] = [];
    let nextToken: string | undefined;
    try {
      for (let page = 0; page < level.pages && (page === 0 || nextToken !== undefined); page++) {
        const answer = await this.readPage(level, nextToken);
        items.push(...answer.items);
        nextToken = answer.nextToken;
      }
    } catch (thrown) {
      this.note(thrown);
      return; // The rows stay as they were; the next round asks again.
    }
    if (!this.isCurrent(level)) {
      return;
    }
    const before = new Map(level.nodes.map((node) => [node.id, node]));
    level.nodes = this.toNodes(items, level);
    level.nextToken = nextToken;
    for (const node of level.nodes.filter((each) => stateOf(before.get(each.id)) !== stateOf(each))) {
      this.forgetBelow(node);
    }
    this.changes.fire(level.owner);
    this.loads.fire();
  }

  private async readPage(level: Level, nextToken: string | undefined): Promise<EntryPage> {
    const connected = await this.dependencies.connections.resolve();
    if (connected === undefined) {
      throw new AppError("notConnected", vscode.l10n.t("Not connected."), { code: notChosen });
    }
    const limit = new AbortController();
    const over = new AbortController();
    const tooLong = this.dependencies.clock.delay(loadLimitMs, over.signal).then(
      () => {
        limit.abort();
        throw new AppError("network", vscode.l10n.t("There was no answer within {0} seconds.", loadLimitMs / 1000));
      },
      () => new Promise<never>(() => undefined), // The answer came first.
    );
    try {
      return await Promise.race([this.ask(level, connected, nextToken, limit.signal), tooLong]);
    } finally {
      over.abort();
    }
  }

  private ask(level: Level, { aws, connection }: Connected, nextToken: string | undefined, signal: AbortSignal): Promise<EntryPage> {
    const wanted = level.owner === undefined ? this.filterText.toLowerCase() : "";
    return level.load({
      aws,
      connection,
      ...(nextToken === undefined ? {} : { nextToken }),
      accepts: (name) => name.toLowerCase().includes(wanted),
      filtered: wanted !== "",
      signal,
    });
  }

  private toNodes(entries: readonly Entry[], { owner }: Level): EntryNode[] {
    const nodes = entries.map((entry) => new EntryNode(entry, owner, this.prefix()));
    return [...new Map(nodes.map((node) => [node.id, node])).values()];
  }

  private prefix(): string {
    const { current } = this.dependencies.connections;
    return current === undefined ? "" : `${current.kind}:${current.profile ?? ""}:${current.region}`;
  }

  private forgetBelow(node: EntryNode): void {
    for (const key of [...this.levels.keys()].filter((each) => each === node.id || each.startsWith(`${node.id}/`))) {
      this.levels.delete(key);
    }
  }

  private isCurrent(level: Level): boolean {
    return this.levels.get(keyOf(level.owner)) === level;
  }

  private note(thrown: unknown): void {
    const error = toAppError(thrown);
    if (error.code !== notChosen) {
      this.dependencies.log.error("loading a tree", thrown);
    }
  }
}

/** Code of the error that only means: nothing is chosen yet. */
const notChosen = "NotChosen";

function keyOf(owner: EntryNode | undefined): string {
  return owner?.id ?? "";
}

function isBusy(node: EntryNode): boolean {
  return node.entry.type === "resource" && node.entry.summary.tone === "busy";
}

function stateOf(node: EntryNode | undefined): string | undefined {
  return node?.entry.type === "resource" ? node.entry.summary.state : undefined;
}
