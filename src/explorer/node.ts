import type { AppError } from "../core/errors";
import type { Entry, Loader } from "../core/resources/entry";
import type { ResourceArgument, TailArgument } from "../ids";

/** A row with its place; the tree's element, and the argument of its commands. */
export type TreeNode = EntryNode | ErrorNode | MoreNode;

export class EntryNode implements Partial<ResourceArgument>, TailArgument {
  readonly entry: Entry;
  readonly owner: EntryNode | undefined;
  readonly id: string;
  declare readonly kind?: ResourceArgument["kind"];
  declare readonly name?: string;
  declare readonly arn?: string;
  declare readonly parent?: string;
  declare readonly stream?: string;
  declare readonly domain?: string;
  declare readonly index?: string;
  declare readonly fleet?: string;
  declare readonly sessionId?: string;

  constructor(entry: Entry, owner: EntryNode | undefined, prefix: string) {
    this.entry = entry;
    this.owner = owner;
    this.id = `${owner?.id ?? prefix}/${keyOf(entry)}`;
    if (entry.type === "resource") {
      const { kind, name, arn } = entry.summary;
      Object.assign(
        this,
        { kind, name },
        arn === undefined ? {} : { arn },
        entry.parent === undefined ? {} : { parent: entry.parent },
        entry.tail,
      );
    }
  }

  get load(): Loader | undefined {
    return this.entry.type === "fact" ? undefined : this.entry.load;
  }
}

/** Stands where the children could not be loaded. */
export class ErrorNode {
  readonly owner: EntryNode | undefined;
  readonly error: AppError;
  readonly retry: () => void;
  constructor(owner: EntryNode | undefined, error: AppError, retry: () => void) {
    this.owner = owner;
    this.error = error;
    this.retry = retry;
  }
}

/** Load More… at the end of a page. */
export class MoreNode {
  readonly owner: EntryNode | undefined;
  readonly shown: number;
  readonly loadMore: () => Promise<void>;
  constructor(owner: EntryNode | undefined, shown: number, loadMore: () => Promise<void>) {
    this.owner = owner;
    this.shown = shown;
    this.loadMore = loadMore;
  }
}

function keyOf(entry: Entry): string {
  switch (entry.type) {
    case "resource":
      return `${entry.summary.kind}:${entry.summary.arn ?? entry.summary.name}`;
    case "fact":
      return `fact:${entry.fact.label}:${entry.fact.value}`;
    case "group":
      return `group:${entry.key}`;
  }
}
