import { allNames } from "./indexListing";
import { isRotationOf } from "./indexNames";
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

  async ours(names: readonly string[]): Promise<readonly string[]> {
    const isOurs = (name: string): boolean => isRotationOf(this.#base, name) || this.#behind.has(name);
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
