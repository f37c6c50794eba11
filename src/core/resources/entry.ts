import type { Connection } from "../aws/connection";
import type { Aws, Page } from "../aws/ports";
import type { Fact, Summary } from "./summary";

export interface LoadRequest {
  readonly aws: Aws;
  readonly connection: Connection;
  readonly nextToken?: string;
  /** The view's name filter; only the top level applies it. */
  accepts(name: string): boolean;
  readonly filtered: boolean;
  readonly signal: AbortSignal;
}

export interface EntryPage extends Page<Entry> {
  /** Rows that stand below the last one, whatever page is shown. */
  readonly footer?: readonly Entry[];
}

export type Loader = (request: LoadRequest) => Promise<EntryPage>;

/** What of a resource a tail can be started with. */
export interface TailTarget {
  readonly stream?: string;
  readonly domain?: string;
  /** Without rotation suffix. */
  readonly index?: string;
  readonly fleet?: string;
  readonly sessionId?: string;
}

/** A row of a tree before it has a place in it. */
export type Entry =
  | {
      readonly type: "resource";
      readonly summary: Summary;
      /** The domain of an index, the fleet of a stack or session. */
      readonly parent?: string;
      readonly tail?: TailTarget;
      readonly load?: Loader;
    }
  | { readonly type: "fact"; readonly fact: Fact }
  | {
      readonly type: "group";
      readonly key: string;
      readonly label: string;
      /** Name of a product icon. */
      readonly icon: string;
      readonly empty: string;
      readonly load: Loader;
    };

export function factEntries(facts: readonly Fact[]): readonly Entry[] {
  return facts.map((fact) => ({ type: "fact", fact }));
}
