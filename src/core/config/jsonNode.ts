import type { TextEdit, TextSpan } from "../text/span";
import { decodeEscapes, sourceOffset } from "./jsonText";

export type NodeKind = "object" | "array" | "string" | "number" | "boolean" | "null" | "bad";

/** What characters a string holds, gathered while it is scanned, so that a rule can pass over most strings unread. */
export const traits = { escape: 1, nonAscii: 2, markup: 4, percent: 8, brace: 16, control: 32 } as const;

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

/** A key as it is written and as the agent compares it; the same for every member of that name. */
export interface KeyName {
  /** Decoded. */
  readonly name: string;
  readonly lower: string;
}

/** A key and its value; half-typed members have no value. */
export class JsonProperty {
  readonly object: JsonNode;
  readonly start: number;
  readonly keyEnd: number;
  readonly keyTraits: number;
  value: JsonNode | undefined = undefined;
  private readonly keyName: KeyName;
  /** Made when it is asked for: of most keys only the name matters. */
  private keyNode: JsonNode | undefined;

  constructor(object: JsonNode, keyName: KeyName, start: number, keyEnd: number, keyTraits: number, keyNode: JsonNode | undefined) {
    this.object = object;
    this.keyName = keyName;
    this.start = start;
    this.keyEnd = keyEnd;
    this.keyTraits = keyTraits;
    this.keyNode = keyNode;
  }

  /** The decoded key. */
  get name(): string {
    return this.keyName.name;
  }

  /** The key as the agent compares it. */
  get lower(): string {
    return this.keyName.lower;
  }

  get key(): JsonNode {
    if (this.keyNode === undefined) {
      const node = new JsonNode("string", this.start, this.keyEnd, this.object, this.object.text);
      node.contentStart = this.start + 1;
      node.contentEnd = this.keyEnd - 1;
      node.traits = this.keyTraits;
      this.keyNode = node;
    }
    return this.keyNode;
  }

  get end(): number {
    return this.value?.end ?? this.keyEnd;
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

/** A value of the document. `start` and `end` include delimiters; a string's content lies between `contentStart` and `contentEnd`. */
export class JsonNode {
  kind: NodeKind;
  readonly start: number;
  end: number;
  readonly parent: JsonNode | undefined;
  readonly text: string;
  /** Members of an object, items of an array. */
  children: readonly JsonProperty[] | readonly JsonNode[] = noItems;
  contentStart: number;
  contentEnd: number;
  traits = 0;

  constructor(kind: NodeKind, start: number, end: number, parent: JsonNode | undefined, text: string) {
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.parent = parent;
    this.text = text;
    this.contentStart = start;
    this.contentEnd = end;
  }

  get properties(): readonly JsonProperty[] {
    return this.kind === "object" ? (this.children as readonly JsonProperty[]) : noProperties;
  }

  get items(): readonly JsonNode[] {
    return this.kind === "array" ? (this.children as readonly JsonNode[]) : noItems;
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
    switch (this.kind) {
      case "string":
        return (this.traits & traits.escape) === 0 ? this.raw : decodeEscapes(this.raw);
      case "number":
      case "bad":
        return this.raw;
      case "boolean":
        return this.raw === "true" ? "True" : "False";
      case "null":
        return "";
      default:
        return undefined;
    }
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
}

export interface ConfigDocument {
  readonly text: string;
  readonly root: JsonNode | undefined;
  readonly syntaxProblems: readonly SyntaxProblem[];
  readonly comments: readonly TextSpan[];
  readonly trailingCommas: readonly TextSpan[];
}
