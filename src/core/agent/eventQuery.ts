import type { WindowsEvent } from "./windowsEvent";
import { parseXml, type XmlElement } from "./windowsXml";

/** Whether Windows would hand the event to a source with this query; undefined when the query is beyond what is simulated. */
export function matchesEventQuery(query: string, event: WindowsEvent, now: number): boolean | undefined {
  const root = parseXml(event.xml);
  if (root === undefined) {
    return undefined;
  }
  try {
    const trimmed = query.trim();
    return trimmed.startsWith("<") ? matchesList(trimmed, root, now) : matchesPath(trimmed, root, now);
  } catch (thrown) {
    if (thrown instanceof Unsupported) {
      return undefined;
    }
    throw thrown;
  }
}

class Unsupported extends Error {}

function matchesList(query: string, root: XmlElement, now: number): boolean {
  const list = parseXml(query);
  const queries = list?.children.flatMap((child) => (typeof child === "string" ? [] : child.children)) ?? [];
  const paths = (name: string): string[] =>
    queries.flatMap((entry) =>
      typeof entry !== "string" && entry.name === name
        ? [
            entry.children
              .filter((part) => typeof part === "string")
              .join("")
              .trim(),
          ]
        : [],
    );
  if (list === undefined) {
    throw new Unsupported();
  }
  return paths("Select").some((path) => matchesPath(path, root, now)) && !paths("Suppress").some((path) => matchesPath(path, root, now));
}

function matchesPath(path: string, root: XmlElement, now: number): boolean {
  const reader = new XPathReader(path, now);
  return reader.matches(root);
}

type Context = { readonly elements: readonly XmlElement[]; readonly texts: readonly string[] };

const tokenPattern = /\s*(\/\/|[()[\]@/*,=]|!=|<=|>=|<|>|'[^']*'|"[^"]*"|0x[0-9A-Fa-f]+|\d+(?:\.\d+)?|[A-Za-z_][\w.:-]*)/y;

/** The subset that Windows knows: child and attribute steps, predicates, comparisons, and, or, Band, timediff, position. */
class XPathReader {
  private readonly tokens: string[] = [];
  private at = 0;
  private readonly now: number;

  constructor(path: string, now: number) {
    this.now = now;
    let at = 0;
    while (path.slice(at).trim() !== "") {
      tokenPattern.lastIndex = at;
      const match = tokenPattern.exec(path);
      if (match?.[1] === undefined) {
        throw new Unsupported();
      }
      this.tokens.push(match[1]);
      at = tokenPattern.lastIndex;
    }
  }

  matches(root: XmlElement): boolean {
    let result = this.union(root);
    while (this.take("or")) {
      result = this.union(root) || result;
    }
    if (this.at < this.tokens.length) {
      throw new Unsupported();
    }
    return result;
  }

  private union(root: XmlElement): boolean {
    this.take("/");
    const document: XmlElement = { name: "", attributes: [], children: [root] };
    return this.steps([document]).elements.length > 0;
  }

  private steps(start: readonly XmlElement[]): Context {
    let elements = start;
    for (;;) {
      if (this.take("@")) {
        const name = this.name();
        return {
          elements: [],
          texts: elements.flatMap((element) => element.attributes.filter(([key]) => key === name).map(([, value]) => value)),
        };
      }
      const name = this.name();
      elements = elements
        .flatMap((element) => element.children)
        .filter((child): child is XmlElement => typeof child !== "string" && (name === "*" || child.name === name));
      while (this.take("[")) {
        const predicateAt = this.at;
        const kept: XmlElement[] = [];
        for (const element of elements.length === 0 ? [{ name: "", attributes: [], children: [] }] : elements) {
          this.at = predicateAt;
          if (this.or(element) && elements.length > 0) {
            kept.push(element);
          }
        }
        this.expect("]");
        elements = kept;
      }
      if (!this.take("/")) {
        return { elements, texts: elements.map(textOf) };
      }
    }
  }

  private or(element: XmlElement): boolean {
    let result = this.and(element);
    while (this.take("or")) {
      result = this.and(element) || result;
    }
    return result;
  }

  private and(element: XmlElement): boolean {
    let result = this.comparison(element);
    while (this.take("and")) {
      result = this.comparison(element) && result;
    }
    return result;
  }

  private comparison(element: XmlElement): boolean {
    if (this.take("(")) {
      const inner = this.or(element);
      this.expect(")");
      return inner;
    }
    const left = this.operand(element);
    const operator = this.tokens[this.at] ?? "";
    if (!["=", "!=", "<", ">", "<=", ">="].includes(operator)) {
      return typeof left === "number" ? left !== 0 : left.length > 0;
    }
    this.at++;
    const right = this.operand(element);
    const lefts = typeof left === "number" ? [left] : left;
    const rights = typeof right === "number" ? [right] : right;
    return lefts.some((a) => rights.some((b) => compare(a, b, operator)));
  }

  private operand(element: XmlElement): number | readonly string[] {
    const token = this.tokens[this.at] ?? "";
    if (/^['"]/.test(token)) {
      this.at++;
      return [token.slice(1, -1)];
    }
    if (/^\d/.test(token)) {
      this.at++;
      return Number(token);
    }
    if (this.tokens[this.at + 1] === "(") {
      return this.call(token.toLowerCase(), element);
    }
    return this.steps([element]).texts;
  }

  private call(name: string, element: XmlElement): number {
    this.at += 2;
    if (name === "position") {
      throw new Unsupported();
    }
    const first = this.operand(element);
    const second = this.take(",") ? this.operand(element) : undefined;
    this.expect(")");
    const toNumber = (value: number | readonly string[] | undefined): number =>
      typeof value === "number" ? value : Number(value?.[0] ?? Number.NaN);
    if (name === "band" && second !== undefined) {
      const [a, b] = [toNumber(first), toNumber(second)];
      return Number.isNaN(a) || Number.isNaN(b) ? 0 : Number(BigInt(a) & BigInt(b));
    }
    if (name === "timediff" && second === undefined && typeof first !== "number") {
      return this.now - Date.parse(first[0] ?? "");
    }
    throw new Unsupported();
  }

  private name(): string {
    const token = this.tokens[this.at] ?? "";
    if (token !== "*" && !/^[A-Za-z_]/.test(token)) {
      throw new Unsupported();
    }
    this.at++;
    return token;
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) {
      return false;
    }
    this.at++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) {
      throw new Unsupported();
    }
  }
}

function textOf(element: XmlElement): string {
  return element.children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");
}

function compare(a: string | number, b: string | number, operator: string): boolean {
  const numeric = typeof a === "number" || typeof b === "number";
  const [x, y] = numeric ? [Number(a), Number(b)] : [a, b];
  switch (operator) {
    case "=":
      return numeric ? x === y : String(x) === String(y);
    case "!=":
      return numeric ? x !== y : String(x) !== String(y);
    case "<":
      return x < y;
    case ">":
      return x > y;
    case "<=":
      return x <= y;
    default:
      return x >= y;
  }
}
