import { decodeEscapes } from "./jsonText";

export type NodeKind = "object" | "array" | "string" | "number" | "boolean" | "null" | "bad";

/** In the order of their numbers on the tape. */
export const nodeKinds: readonly NodeKind[] = ["object", "array", "string", "number", "boolean", "null", "bad"];

/** What characters a string holds, gathered while it is scanned, so that a rule can pass over most strings unread. */
export const traits = { escape: 1, nonAscii: 2, markup: 4, percent: 8, brace: 16, control: 32 } as const;

/** A key as it is written and as the agent compares it; the same for every member of that name. */
export interface KeyName {
  /** Decoded. */
  readonly name: string;
  readonly lower: string;
}

const cellsPerRow = 6;
const kindMask = 7;
const valueFlag = 8;
const traitsShift = 4;

/**
 * The tree of a document as numbers: a row for every key and every value, in the order of the text. A tree of objects takes ten
 * times the memory, and most of the time of reading a large file went into moving them; nodes are made of the rows that are asked for.
 * A row: kind, flag and traits; start; end; start and end of the content; the row behind the subtree, or for a key its name.
 */
export class JsonTape {
  readonly text: string;
  /** The row behind the last one. */
  length = 0;
  private cells: Int32Array;
  private readonly names: KeyName[] = [];
  private readonly nameIndex = new Map<string, number>();

  constructor(text: string) {
    this.text = text;
    this.cells = new Int32Array(cellsPerRow * (16 + (text.length >> 4)));
  }

  add(kind: NodeKind, start: number, end: number): number {
    const row = this.length;
    if (row + cellsPerRow > this.cells.length) {
      const larger = new Int32Array(this.cells.length * 2);
      larger.set(this.cells);
      this.cells = larger;
    }
    this.length = row + cellsPerRow;
    this.cells[row] = nodeKinds.indexOf(kind);
    this.cells[row + 1] = start;
    this.cells[row + 2] = end;
    this.cells[row + 3] = start;
    this.cells[row + 4] = end;
    this.cells[row + 5] = this.length;
    return row;
  }

  addString(start: number, end: number, contentStart: number, contentEnd: number, found: number): number {
    const row = this.add("string", start, end);
    this.cells[row] = 2 | (found << traitsShift);
    this.cells[row + 3] = contentStart;
    this.cells[row + 4] = contentEnd;
    return row;
  }

  setContent(row: number, start: number, end: number): void {
    this.cells[row + 3] = start;
    this.cells[row + 4] = end;
  }

  setEnd(row: number, end: number): void {
    this.cells[row + 2] = end;
  }

  /** All rows from here on are inside this one. */
  close(row: number): void {
    this.cells[row + 5] = this.length;
  }

  setName(row: number): void {
    const raw = this.text.slice(this.contentStart(row), this.contentEnd(row));
    let index = this.nameIndex.get(raw);
    if (index === undefined) {
      const name = (this.traits(row) & traits.escape) === 0 ? raw : decodeEscapes(raw);
      index = this.names.push({ name, lower: name.toLowerCase() }) - 1;
      this.nameIndex.set(raw, index);
    }
    this.cells[row + 5] = index;
  }

  /** The row behind the key is its value. */
  setValued(row: number): void {
    this.cells[row] = this.head(row) | valueFlag;
  }

  kind(row: number): NodeKind {
    return nodeKinds[this.head(row) & kindMask] ?? "bad";
  }

  traits(row: number): number {
    return this.head(row) >> traitsShift;
  }

  start(row: number): number {
    return this.cells[row + 1] ?? 0;
  }

  end(row: number): number {
    return this.cells[row + 2] ?? 0;
  }

  contentStart(row: number): number {
    return this.cells[row + 3] ?? 0;
  }

  contentEnd(row: number): number {
    return this.cells[row + 4] ?? 0;
  }

  /** The row behind a value and all that is in it; also that of its first child, seen from the row before. */
  next(row: number): number {
    return this.cells[row + 5] ?? 0;
  }

  name(key: number): KeyName {
    return this.names[this.cells[key + 5] ?? 0] ?? { name: "", lower: "" };
  }

  /** The row of a key's value. */
  valueOf(key: number): number | undefined {
    return (this.head(key) & valueFlag) === 0 ? undefined : key + cellsPerRow;
  }

  firstChild(row: number): number {
    return row + cellsPerRow;
  }

  /** The row of the key behind this one and its value. */
  nextKey(key: number): number {
    const value = this.valueOf(key);
    return value === undefined ? key + cellsPerRow : this.next(value);
  }

  private head(row: number): number {
    return this.cells[row] ?? 0;
  }
}
