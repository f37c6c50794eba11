import type { TextEdit, TextSpan } from "../text/span";
import { traits, type JsonTape, type NodeKind } from "./jsonTape";
import { decodeEscapes, sourceOffset } from "./jsonText";

export type SyntaxKind =
  | "curlyQuotes"
  | "singleQuotes"
  | "entityQuotes"
  | "invisibleChar"
  | "markup"
  | "smartPunctuation"
  | "badEscape"
  | "rawControl"
  | "bareWord"
  | "hashComment"
  | "missingComma"
  | "missingColon"
  | "missingValue"
  | "missingKey"
  | "extraComma"
  | "unexpected"
  | "unclosed"
  | "unclosedString"
  | "unclosedComment"
  | "tooDeep"
  | "trailingText"
  | "empty";

/** Something that strict JSON does not allow; comments and trailing commas are listed apart, since the agent accepts them. */
export interface SyntaxProblem {
  readonly kind: SyntaxKind;
  readonly span: TextSpan;
  readonly repair?: readonly TextEdit[];
  /** The repair cannot change what the author meant. */
  readonly certain: boolean;
}

/** A key and its value; half-typed members have no value. */
export class JsonProperty {
  readonly object: JsonNode;
  private readonly tape: JsonTape;
  private readonly row: number;
  /** Made when they are asked for: most members are passed over, and of most keys only the name matters. */
  private valueNode: JsonNode | undefined = undefined;
  private keyNode: JsonNode | undefined = undefined;

  constructor(object: JsonNode, tape: JsonTape, row: number) {
    this.object = object;
    this.tape = tape;
    this.row = row;
  }

  get start(): number {
    return this.tape.start(this.row);
  }

  get keyEnd(): number {
    return this.tape.end(this.row);
  }

  get keyTraits(): number {
    return this.tape.traits(this.row);
  }

  /** The decoded key. */
  get name(): string {
    return this.tape.name(this.row).name;
  }

  /** The key as the agent compares it. */
  get lower(): string {
    return this.tape.name(this.row).lower;
  }

  get value(): JsonNode | undefined {
    if (this.valueNode === undefined) {
      const row = this.tape.valueOf(this.row);
      this.valueNode = row === undefined ? undefined : new JsonNode(this.tape, row, this.object);
    }
    return this.valueNode;
  }

  get key(): JsonNode {
    this.keyNode ??= new JsonNode(this.tape, this.row, this.object);
    return this.keyNode;
  }

  get end(): number {
    const value = this.tape.valueOf(this.row);
    return this.tape.end(value ?? this.row);
  }
}

const lowered = new Map<string, string>();

/** The rules ask for the same few names over and over. */
function lowerOf(name: string): string {
  let lower = lowered.get(name);
  if (lower === undefined) {
    lower = name.toLowerCase();
    if (lowered.size < 1000) {
      lowered.set(name, lower);
    }
  }
  return lower;
}

const noProperties: readonly JsonProperty[] = [];
const noItems: readonly JsonNode[] = [];

/** A value or key of the document. `start` and `end` include delimiters; a string's content lies between `contentStart` and `contentEnd`. */
export class JsonNode {
  readonly parent: JsonNode | undefined;
  private readonly tape: JsonTape;
  private readonly row: number;
  private children: readonly JsonProperty[] | readonly JsonNode[] | undefined = undefined;

  constructor(tape: JsonTape, row: number, parent: JsonNode | undefined) {
    this.tape = tape;
    this.row = row;
    this.parent = parent;
  }

  get kind(): NodeKind {
    return this.tape.kind(this.row);
  }

  get start(): number {
    return this.tape.start(this.row);
  }

  get end(): number {
    return this.tape.end(this.row);
  }

  get contentStart(): number {
    return this.tape.contentStart(this.row);
  }

  get contentEnd(): number {
    return this.tape.contentEnd(this.row);
  }

  get traits(): number {
    return this.tape.traits(this.row);
  }

  /** Of the whole document. */
  get text(): string {
    return this.tape.text;
  }

  /** Members of an object. */
  get properties(): readonly JsonProperty[] {
    if (this.kind !== "object") {
      return noProperties;
    }
    this.children ??= this.readProperties();
    return this.children as readonly JsonProperty[];
  }

  /** Items of an array. */
  get items(): readonly JsonNode[] {
    if (this.kind !== "array") {
      return noItems;
    }
    this.children ??= this.readItems();
    return this.children as readonly JsonNode[];
  }

  /** The text between the delimiters, escapes and all. */
  get raw(): string {
    return this.text.slice(this.contentStart, this.contentEnd);
  }

  /** The decoded scalar; undefined for objects, arrays and what is no JSON value. */
  get value(): string | number | boolean | null | undefined {
    switch (this.kind) {
      case "string":
        return (this.traits & traits.escape) === 0 ? this.raw : decodeEscapes(this.raw);
      case "number":
        return Number(this.raw);
      case "boolean":
        return this.raw === "true";
      case "null":
        return null;
      default:
        return undefined;
    }
  }

  /** The scalar as the agent gets it: every value is flattened to text; undefined for objects and arrays. Text without quotes counts as written. */
  get scalar(): string | undefined {
    return scalarAt(this.tape, this.row);
  }

  get span(): TextSpan {
    return { start: this.start, end: this.end };
  }

  /** What a range marks inside a string: the content, or the whole token when it is empty. */
  get contentSpan(): TextSpan {
    return this.contentStart === this.contentEnd ? this.span : { start: this.contentStart, end: this.contentEnd };
  }

  /** Where a part of the decoded string stands in the text. */
  sourceSpan(from: number, to: number): TextSpan {
    return { start: this.sourceOffset(from), end: this.sourceOffset(to) };
  }

  /** Offset in the text of a UTF-16 index of the decoded string. */
  sourceOffset(index: number): number {
    const plain = (this.traits & traits.escape) === 0;
    return Math.min(
      this.contentEnd,
      plain ? this.contentStart + index : sourceOffset(this.text, this.contentStart, this.contentEnd, index),
    );
  }

  /** Whether the scalar is empty but for blanks. */
  get isBlank(): boolean {
    if (this.kind !== "string" && this.kind !== "bad") {
      return this.kind === "null";
    }
    const code = this.text.charCodeAt(this.contentStart);
    const visible = this.contentEnd > this.contentStart && code > 32 && code < 127 && code !== 0x5c;
    return !visible && this.scalar?.trim() === "";
  }

  /** The first member of that name, in any case. */
  property(name: string): JsonProperty | undefined {
    const lower = lowerOf(name);
    for (const property of this.properties) {
      if (property.lower === lower) {
        return property;
      }
    }
    return undefined;
  }

  /** The value of the first member of that name, in any case. */
  member(name: string): JsonNode | undefined {
    return this.property(name)?.value;
  }

  /** `member(name)?.scalar`, without making nodes of a member that nobody has looked at yet. */
  memberScalar(name: string): string | undefined {
    if (this.children !== undefined) {
      return this.member(name)?.scalar;
    }
    if (this.kind !== "object") {
      return undefined;
    }
    const { tape, row } = this;
    const lower = lowerOf(name);
    const end = tape.next(row);
    for (let at = tape.firstChild(row); at < end; at = tape.nextKey(at)) {
      if (tape.name(at).lower === lower) {
        const value = tape.valueOf(at);
        return value === undefined ? undefined : scalarAt(tape, value);
      }
    }
    return undefined;
  }

  private readProperties(): readonly JsonProperty[] {
    const { tape, row } = this;
    const end = tape.next(row);
    const found: JsonProperty[] = [];
    for (let at = tape.firstChild(row); at < end; at = tape.nextKey(at)) {
      found.push(new JsonProperty(this, tape, at));
    }
    return found.length === 0 ? noProperties : found;
  }

  private readItems(): readonly JsonNode[] {
    const { tape, row } = this;
    const end = tape.next(row);
    const found: JsonNode[] = [];
    for (let at = tape.firstChild(row); at < end; at = tape.next(at)) {
      found.push(new JsonNode(tape, at, this));
    }
    return found.length === 0 ? noItems : found;
  }
}

function scalarAt(tape: JsonTape, row: number): string | undefined {
  const raw = (): string => tape.text.slice(tape.contentStart(row), tape.contentEnd(row));
  switch (tape.kind(row)) {
    case "string":
      return (tape.traits(row) & traits.escape) === 0 ? raw() : decodeEscapes(raw());
    case "number":
    case "bad":
      return raw();
    case "boolean":
      return raw() === "true" ? "True" : "False";
    case "null":
      return "";
    default:
      return undefined;
  }
}

export interface ConfigDocument {
  readonly text: string;
  readonly root: JsonNode | undefined;
  readonly syntaxProblems: readonly SyntaxProblem[];
  readonly comments: readonly TextSpan[];
  readonly trailingCommas: readonly TextSpan[];
}
