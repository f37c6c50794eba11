const smallest = 1 << 12;
const largest = 1 << 20;
/** Of the places of a table, at most this part is filled. */
const fill = 0.48;

/** The last half million to million ids that were shown, as 64-bit hashes: 16 MB at most. */
export class ShownIds {
  readonly #salts = new Map<string, number>();
  #nextSalt = 1;
  #recent = new HashTable();
  #older = new HashTable();

  /** True when the id was not among them; it is from then on. */
  add(scope: string, id: string): boolean {
    const [low, high] = hash(this.#salt(scope), id);
    if (this.#recent.has(low, high) || this.#older.has(low, high)) {
      return false;
    }
    if (this.#recent.full) {
      this.#older = this.#recent;
      this.#recent = new HashTable();
    }
    this.#recent.add(low, high);
    return true;
  }

  /** From here on the ids of this scope are other ids. */
  forget(scope: string): void {
    this.#salts.delete(scope);
  }

  #salt(scope: string): number {
    const known = this.#salts.get(scope);
    if (known !== undefined) {
      return known;
    }
    const salt = this.#nextSalt++;
    this.#salts.set(scope, salt);
    return salt;
  }
}

/** Open addressing; two zeros mark a free place. */
class HashTable {
  #places = new Uint32Array(2 * smallest);
  #count = 0;

  get full(): boolean {
    return this.#count >= largest * fill;
  }

  has(low: number, high: number): boolean {
    const at = this.#find(low, high);
    return this.#places[at] !== 0 || this.#places[at + 1] !== 0;
  }

  add(low: number, high: number): void {
    if (this.#count >= (this.#places.length / 2) * fill) {
      this.#grow();
    }
    const at = this.#find(low, high);
    this.#places[at] = low;
    this.#places[at + 1] = high;
    this.#count++;
  }

  /** Where the pair is, or the free place for it. */
  #find(low: number, high: number): number {
    const places = this.#places;
    const mask = places.length / 2 - 1;
    let place = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
    for (;;) {
      const at = 2 * place;
      if ((places[at] === low && places[at + 1] === high) || (places[at] === 0 && places[at + 1] === 0)) {
        return at;
      }
      place = (place + 1) & mask;
    }
  }

  #grow(): void {
    const before = this.#places;
    this.#places = new Uint32Array(2 * before.length);
    for (let from = 0; from < before.length; from += 2) {
      const low = before[from] ?? 0;
      const high = before[from + 1] ?? 0;
      if (low !== 0 || high !== 0) {
        const at = this.#find(low, high);
        this.#places[at] = low;
        this.#places[at + 1] = high;
      }
    }
  }
}

/** 32 bits of a text: enough to tell two documents of one number apart. */
export function textHash(text: string): number {
  return hash(0, text)[0];
}

/** Two multiplicative hashes of 32 bits over the same characters (cyrb53's mixing). */
function hash(salt: number, text: string): readonly [number, number] {
  let first = 0xdeadbeef ^ salt;
  let second = 0x41c6ce57 ^ Math.imul(salt, 0x85ebca6b);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    first = Math.imul(first ^ code, 2654435761);
    second = Math.imul(second ^ code, 1597334677);
  }
  first = Math.imul(first ^ (first >>> 16), 2246822507) ^ Math.imul(second ^ (second >>> 13), 3266489909);
  second = Math.imul(second ^ (second >>> 16), 2246822507) ^ Math.imul(first ^ (first >>> 13), 3266489909);
  return [first >>> 0 || 1, second >>> 0];
}
