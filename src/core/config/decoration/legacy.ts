import type { TextSpan } from "../../text/span";

/** What a `{...}` of the legacy grammar names, in the order in which the agent tries. */
export type LegacyVariableForm =
  | "field" // {$name}
  | "meta" // {_name}
  | "timestamp" // {timestamp:format}
  | "uniformTimestamp"
  | "env" // {env:NAME}
  | "ec2" // {ec2:path}
  | "ec2Tag" // {ec2tag:Name}
  | "metadata" // {instance_id}, {hostname}, also behind any prefix
  | "plain" // {NAME}
  | "unknownPrefix" // {other:x}: stays as it is
  | "blank"; // {  }: throws

export interface LegacyLiteral {
  readonly kind: "literal";
  readonly span: TextSpan;
  readonly text: string;
}

export interface LegacyVariable {
  readonly kind: "variable";
  /** With the braces. */
  readonly span: TextSpan;
  readonly nameSpan: TextSpan;
  /** Between the braces, untrimmed. */
  readonly name: string;
  readonly form: LegacyVariableForm;
  /** Before the first colon, as written. */
  readonly prefix: string | undefined;
  /** After the prefix and its colon, or after `$`; the whole name when there is neither. */
  readonly argument: string;
}

export type LegacyPart = LegacyLiteral | LegacyVariable;

export type LegacyProblemKind = "unclosedBrace" | "blankVariable" | "missingEquals" | "extraEquals" | "blankAroundKey" | "duplicateKey";

export interface LegacyProblem {
  readonly kind: LegacyProblemKind;
  readonly span: TextSpan;
}

export interface LegacyText {
  readonly parts: readonly LegacyPart[];
  readonly problems: readonly LegacyProblem[];
}

export interface LegacyPair {
  /** Without the semicolons. */
  readonly span: TextSpan;
  readonly key: string;
  readonly keySpan: TextSpan;
  /** Absent when the pair has no `=`: every record is lost. */
  readonly value: { readonly span: TextSpan; readonly parts: readonly LegacyPart[] } | undefined;
  /** From a second `=` to the end of the pair: not used by the agent. */
  readonly ignored: TextSpan | undefined;
}

export interface LegacyObject {
  readonly pairs: readonly LegacyPair[];
  readonly problems: readonly LegacyProblem[];
}

/** TextDecoration and every other key that takes legacy variables; `text` is the decoded value. */
export function parseLegacyText(text: string): LegacyText {
  const problems: LegacyProblem[] = [];
  return { parts: parseParts(text, { start: 0, end: text.length }, problems), problems };
}

/** ObjectDecoration: split at `;` and `=` before any variable is looked at. */
export function parseLegacyObject(text: string): LegacyObject {
  const problems: LegacyProblem[] = [];
  const pairs: LegacyPair[] = [];
  const keys = new Set<string>();
  for (const span of splitPairs(text)) {
    const pair = parsePair(text, span, problems);
    if (pair.value !== undefined && keys.has(pair.key)) {
      problems.push({ kind: "duplicateKey", span: pair.keySpan });
    }
    keys.add(pair.key);
    pairs.push(pair);
  }
  return { pairs, problems };
}

function splitPairs(text: string): TextSpan[] {
  const spans: TextSpan[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    if (at === text.length || text[at] === ";") {
      if (at > start) {
        spans.push({ start, end: at });
      }
      start = at + 1;
    }
  }
  return spans;
}

function parsePair(text: string, span: TextSpan, problems: LegacyProblem[]): LegacyPair {
  const equals = indexOfWithin(text, "=", span.start, span.end);
  if (equals === -1) {
    problems.push({ kind: "missingEquals", span });
    return { span, key: text.slice(span.start, span.end), keySpan: span, value: undefined, ignored: undefined };
  }
  const keySpan = { start: span.start, end: equals };
  const key = text.slice(keySpan.start, keySpan.end);
  if (key !== key.trim()) {
    problems.push({ kind: "blankAroundKey", span: keySpan });
  }
  const second = indexOfWithin(text, "=", equals + 1, span.end);
  const ignored = second === -1 ? undefined : { start: second, end: span.end };
  if (ignored !== undefined) {
    problems.push({ kind: "extraEquals", span: ignored });
  }
  const valueSpan = { start: equals + 1, end: second === -1 ? span.end : second };
  return { span, key, keySpan, value: { span: valueSpan, parts: parseParts(text, valueSpan, problems) }, ignored };
}

function indexOfWithin(text: string, wanted: string, from: number, end: number): number {
  const at = text.indexOf(wanted, from);
  return at < end ? at : -1;
}

function parseParts(text: string, within: TextSpan, problems: LegacyProblem[]): LegacyPart[] {
  const parts: LegacyPart[] = [];
  let literalFrom = within.start;
  let at = within.start;
  const flush = (end: number): void => {
    if (end > literalFrom) {
      parts.push({ kind: "literal", span: { start: literalFrom, end }, text: text.slice(literalFrom, end) });
    }
  };
  while (at < within.end) {
    const open = indexOfWithin(text, "{", at, within.end);
    if (open === -1) {
      break;
    }
    const close = indexOfWithin(text, "}", open, within.end);
    if (close === -1) {
      problems.push({ kind: "unclosedBrace", span: { start: open, end: within.end } });
      break;
    }
    if (close === open + 1) {
      at = close + 1;
      continue;
    }
    flush(open);
    const variable = toVariable(text.slice(open + 1, close), open);
    if (variable.form === "blank") {
      problems.push({ kind: "blankVariable", span: variable.span });
    }
    parts.push(variable);
    at = close + 1;
    literalFrom = at;
  }
  flush(within.end);
  return parts;
}

function toVariable(name: string, open: number): LegacyVariable {
  const colon = name.indexOf(":");
  const prefix = colon === -1 ? undefined : name.slice(0, colon);
  const form = variableForm(name);
  return {
    kind: "variable",
    span: { start: open, end: open + name.length + 2 },
    nameSpan: { start: open + 1, end: open + 1 + name.length },
    name,
    form,
    prefix: form === "field" || form === "meta" ? undefined : prefix,
    argument: form === "field" ? name.slice(1) : form === "meta" || colon === -1 ? name : name.slice(colon + 1),
  };
}

/** How the agent reads a name between braces, record variables first. */
export function variableForm(name: string): LegacyVariableForm {
  if (name.startsWith("$")) {
    return "field";
  }
  if (name.startsWith("_")) {
    return "meta";
  }
  if (name.trim() === "") {
    return "blank";
  }
  const lower = name.toLowerCase();
  if (lower === "uniformtimestamp") {
    return "uniformTimestamp";
  }
  const colon = lower.indexOf(":");
  const prefix = colon === -1 ? "" : lower.slice(0, colon);
  const rest = lower.slice(colon + 1);
  if (prefix === "timestamp" || prefix === "env") {
    return prefix;
  }
  if (rest === "instance_id" || rest === "hostname") {
    return "metadata";
  }
  if (prefix === "ec2") {
    return "ec2";
  }
  if (prefix === "ec2tag") {
    return "ec2Tag";
  }
  return prefix.trim() === "" ? "plain" : "unknownPrefix";
}
