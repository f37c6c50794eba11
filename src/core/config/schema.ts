export type ValueKind = "string" | "integer" | "number" | "boolean" | "object" | "array";

/** The little language a text value is written in. */
export type Grammar =
  | "textDecoration"
  | "objectDecoration"
  | "textDecorationEx"
  | "objectDecorationEx"
  | "variables"
  | "regex"
  | "xpath"
  | "dateFormat"
  | "path"
  | "wildcards";

/** What an Id-like value names or refers to. */
export type Reference = "source" | "sink" | "credential";

/** One key a document may hold; type checks, completion and hover follow from it. */
export interface KeyRow {
  readonly key: string;
  readonly kind: ValueKind;
  readonly help: () => string;
  readonly required?: boolean;
  /** As it would be written in the document. */
  readonly default?: string;
  readonly values?: readonly string[];
  /** Values other than the listed ones are possible. */
  readonly openValues?: boolean;
  readonly grammar?: Grammar;
  readonly refersTo?: Reference;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Unit of a number, for hovers: "s", "ms", "records". */
  readonly unit?: string;
  /** Has an effect only when the sibling key has one of these values, in any case; "" stands for an absent key. */
  readonly onlyWith?: { readonly key: string; readonly values: readonly string[] };
  /** Required when the sibling key has one of these values, in any case. */
  readonly requiredWith?: { readonly key: string; readonly values: readonly string[] };
  /** Keys of an object value, or of each object in an array value. */
  readonly shape?: Shape;
  /** Kind of the items of an array without a shape. */
  readonly items?: ValueKind;
  /** Text a completion inserts for the value, with tab stops; otherwise it follows from kind and default. */
  readonly snippet?: string;
}

export interface Shape {
  readonly name: string;
  readonly help: () => string;
  readonly keys: readonly KeyRow[];
  /** Member names are free: headers, for example. */
  readonly open?: boolean;
}

const indexes = new WeakMap<Shape, ReadonlyMap<string, KeyRow>>();

/** The row of a key in any case. */
export function rowOf(shape: Shape, key: string): KeyRow | undefined {
  return rowOfLower(shape, key.toLowerCase());
}

export function rowOfLower(shape: Shape, lower: string): KeyRow | undefined {
  let index = indexes.get(shape);
  if (index === undefined) {
    index = new Map(shape.keys.map((row) => [row.key.toLowerCase(), row]));
    indexes.set(shape, index);
  }
  return index.get(lower);
}
