import { allNames } from "./indexListing";
import { isRotationOf } from "./indexNames";
import type { LogFilter } from "./filter";
import type { JsonObject } from "./json";
import { isWhole, type Answer } from "./searchAnswers";
import type { SearchExchange } from "./searchExchange";
import { indicesBody } from "./searchRequests";

/** Which of the indices that a pattern finds belong to a name: the index itself, its rotations, and what it stands for as an alias. */
export class IndexFamily {
  readonly #base: string;
  readonly #exchange: SearchExchange;
  readonly #foreign = new Set<string>();
  /** Indices of other names that the base name stands for as an alias or a data stream. */
  readonly #behind = new Set<string>();

  /** Names that the alias was read for. */
  readonly #judged = new Set<string>();
  /** By index, the filter of the alias's own: kept when the alias moves on. */
  readonly #aliasFilters = new Map<string, JsonObject>();
  #aliasClause: JsonObject | undefined;
  #aliasUntold = false;

  constructor(base: string, exchange: SearchExchange) {
    this.#base = base;
    this.#exchange = exchange;
  }

  /** Those that were found not to belong. */
  get foreign(): readonly string[] {
    return [...this.#foreign];
  }

  /** The name may have become an alias of an index that did not belong. */
  judgeAnew(): void {
    this.#foreign.clear();
  }

  /** The name stands for indices by other names, and whether it shows all of their documents is not told. */
  get filterUntold(): boolean {
    return this.#aliasUntold && this.#behind.size > 0;
  }

  /** The filter and that of the alias, where the name is one that has its own. */
  within(filter: LogFilter): LogFilter {
    const own = this.#aliasClause;
    return own === undefined ? filter : { text: filter.text, clauses: [own, ...filter.clauses] };
  }

  /** Reads the filter of the alias's own, which every index may have another of. */
  async readAlias(): Promise<void> {
    const filters = await this.#exchange.aliasFilters(this.#base);
    this.#aliasUntold = filters === undefined;
    filters?.forEach((filter, name) => this.#aliasFilters.set(name, filter));
    const should = [...this.#aliasFilters].map(([name, each]) => ({ bool: { filter: [{ term: { _index: name } }, each] } }));
    const others = { bool: { must_not: [{ terms: { _index: [...this.#aliasFilters.keys()] } }] } };
    this.#aliasClause = should.length === 0 ? undefined : { bool: { should: [...should, others], minimum_should_match: 1 } };
  }

  async ours(names: readonly string[]): Promise<readonly string[]> {
    const isOurs = (name: string): boolean => isRotationOf(this.#base, name) || this.#behind.has(name);
    const added = names.filter((name) => !this.#judged.has(name) && !this.#foreign.has(name));
    if (added.length > 0) {
      await this.readAlias();
      added.forEach((name) => this.#judged.add(name));
    }
    const others = names.filter((name) => !isOurs(name) && !this.#foreign.has(name));
    if (others.length > 0 && (await this.#resolve())) {
      others.filter((name) => !this.#behind.has(name)).forEach((name) => this.#foreign.add(name));
    }
    return names.filter(isOurs).sort();
  }

  /** Reads what the base name itself stands for; false when that cannot be told now. */
  async #resolve(): Promise<boolean> {
    const search = (body: JsonObject): Promise<Answer> => this.#exchange.one({ index: this.#base, body });
    const answer = await search(indicesBody([], new Map()));
    if ("refusal" in answer) {
      return answer.refusal === "missing";
    }
    const names = await allNames(answer.body, async (body) => {
      const more = await search(body);
      return "refusal" in more ? {} : more.body;
    });
    const all = [...names, ...((await this.#exchange.settings(this.#base))?.keys() ?? [])];
    all.filter((name) => !isRotationOf(this.#base, name)).forEach((name) => this.#behind.add(name));
    return isWhole(answer);
  }
}
