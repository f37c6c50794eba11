import { type Node, type ParseError, parseTree } from "jsonc-parser";
import type { Culture } from "../config/decoration/culture";
import { isBlank } from "../config/decoration/dotnetText";

/** A .NET configuration section: a value of its own and children under case-insensitive keys. */
export interface ConfigSection {
  readonly key: string;
  readonly value: string | undefined;
  readonly children: readonly ConfigSection[];
  /** The child's value. */
  get(key: string): string | undefined;
  section(key: string): ConfigSection | undefined;
}

export interface ReadConfiguration {
  readonly root: ConfigSection | undefined;
  /** Why the whole file is rejected. */
  readonly rejected: string | undefined;
}

const maxDepth = 64;

/** Reads appsettings.json as the agent's loader does: comments and trailing commas are fine, the rest is strict. */
export function readConfiguration(text: string): ReadConfiguration {
  const reject = (rejected: string): ReadConfiguration => ({ root: undefined, rejected });
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (nestingOf(body) > maxDepth) {
    return reject(`the JSON is nested deeper than ${maxDepth}`);
  }
  const errors: ParseError[] = [];
  const tree = parseTree(body, errors, { allowTrailingComma: true, disallowComments: false });
  if (tree === undefined || errors.length > 0) {
    return reject("the file is not JSON that the agent can read");
  }
  if (/\\u[dD][89a-fA-F]/.test(body) && hasLoneSurrogate(tree)) {
    return reject("a \\u escape is half a character");
  }
  if (tree.type !== "object") {
    return reject("the root of the file is not an object");
  }
  const root = new Section("");
  const duplicate = addNode(root, tree, body);
  return duplicate === undefined ? { root, rejected: undefined } : reject(`the key ${duplicate} is given twice`);
}

function hasLoneSurrogate(node: Node): boolean {
  const { value } = node as { readonly value?: unknown };
  return typeof value === "string" ? /\p{Surrogate}/u.test(value) : (node.children ?? []).some(hasLoneSurrogate);
}

function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const match of text.matchAll(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[[\]{}]/g)) {
    depth += match[0] === "{" || match[0] === "[" ? 1 : match[0] === "}" || match[0] === "]" ? -1 : 0;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

class Section implements ConfigSection {
  readonly key: string;
  value: string | undefined;
  /** A value was given, be it the nothing of an empty object or array. */
  isSet = false;
  private readonly byKey = new Map<string, Section>();

  constructor(key: string) {
    this.key = key;
  }

  /** Numbers by value, then names, as .NET enumerates them. */
  get children(): readonly Section[] {
    const number = (key: string): number => (/^\d+$/.test(key) ? Number(key) : Number.POSITIVE_INFINITY);
    return [...this.byKey.values()].sort((a, b) => {
      const [first, second] = [number(a.key), number(b.key)];
      return first !== second ? first - second : a.key.toLowerCase() < b.key.toLowerCase() ? -1 : 1;
    });
  }

  get(key: string): string | undefined {
    return this.section(key)?.value;
  }

  section(key: string): Section | undefined {
    return this.byKey.get(key.toLowerCase());
  }

  /** The section at a path whose parts are separated by colons, made when absent. */
  at(path: string): Section {
    const colon = path.indexOf(":");
    const key = colon === -1 ? path : path.slice(0, colon);
    let child = this.byKey.get(key.toLowerCase());
    if (child === undefined) {
      child = new Section(key);
      this.byKey.set(key.toLowerCase(), child);
    }
    return colon === -1 ? child : child.at(path.slice(colon + 1));
  }
}

/** Gives the path of a scalar that is set twice. */
function addNode(section: Section, node: Node, text: string): string | undefined {
  if (node.type === "object" || node.type === "array") {
    if ((node.children ?? []).length === 0) {
      section.value = undefined;
      section.isSet = true;
    }
    for (const [index, child] of (node.children ?? []).entries()) {
      const key = node.type === "array" ? String(index) : String(child.children?.[0]?.value ?? "");
      const value = node.type === "array" ? child : child.children?.[1];
      const duplicate = value === undefined ? undefined : addNode(section.at(key), value, text);
      if (duplicate !== undefined) {
        return duplicate;
      }
    }
    return undefined;
  }
  if (section.isSet) {
    return section.key;
  }
  section.isSet = true;
  section.value = scalarText(node, text);
  return undefined;
}

function scalarText(node: Node, text: string): string {
  const value: unknown = node.value;
  if (typeof value === "boolean") {
    return value ? "True" : "False";
  }
  return value === null ? "" : typeof value === "string" ? value : text.slice(node.offset, node.offset + node.length);
}

/** int.TryParse in the invariant basic form. */
export function readInt(value: string | undefined): number | undefined {
  const number = value !== undefined && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : Number.NaN;
  return number >= -2147483648 && number <= 2147483647 ? number : undefined;
}

/** double.TryParse in a culture: group separators may stand anywhere before the point. */
export function readDouble(value: string, { decimalSeparator, groupSeparator }: Culture): number | undefined {
  const [whole = "", ...rest] = value.replace(/^[\t-\r ]+|[\t-\r ]+$/g, "").split(decimalSeparator);
  if (!/^[+-]?(?:\d|$)/.test(whole)) {
    return undefined;
  }
  const text = [whole.replaceAll(groupSeparator, ""), ...rest].join(".");
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** TimeZoneKind, which is UTC when absent; undefined where the agent throws. */
export function readTimeZoneKind(value: string | undefined): "utc" | "other" | undefined {
  const text = value ?? "";
  if (isBlank(text)) {
    return "utc";
  }
  const words = text.split("_").filter((word) => word !== "");
  const proper = words
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join("")
    .trim();
  const number = readInt(proper);
  return proper === "Utc" || number === 1
    ? "utc"
    : proper === "Local" || proper === "Unspecified" || number !== undefined
      ? "other"
      : undefined;
}

/** bool.TryParse. */
export function readBool(value: string | undefined): boolean | undefined {
  const text = value?.trim().toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
}
