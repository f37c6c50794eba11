import type { TextSpan } from "../../text/span";
import { userVariables } from "./scriptRule";
import { assignments, inside, loops, spanOf, statementAt, type Assignment, type Script, type ScriptBlock } from "./scriptText";

/** What the rules ask about a session script, found once. */
export interface ScriptFacts {
  readonly loops: readonly ScriptBlock[];
  readonly assignments: readonly Assignment[];
  /** The loop that waits for the session's variables. */
  readonly waitLoop: ScriptBlock | undefined;
  /** `{appstreamVariables}` where it is replaced: the name in braces and its place. */
  readonly placeholder: { readonly name: string; readonly span: TextSpan; readonly statement: TextSpan } | undefined;
  /** Statements that read or write the agent's configuration. */
  readonly reads: readonly ConfigAccess[];
  readonly writes: readonly ConfigAccess[];
  /** Statements that stop or kill the agent. */
  readonly stops: readonly TextSpan[];
  readonly starts: readonly TextSpan[];
  readonly stopsOnErrors: boolean;
}

export interface ConfigAccess {
  readonly span: TextSpan;
  readonly statement: TextSpan;
  /** As written: a variable or a quoted path. */
  readonly path: string;
}

const cache = new WeakMap<Script, ScriptFacts>();

export function factsOf(script: Script): ScriptFacts {
  let facts = cache.get(script);
  if (facts === undefined) {
    facts = findFacts(script);
    cache.set(script, facts);
  }
  return facts;
}

function findFacts(script: Script): ScriptFacts {
  const found = loops(script);
  const names = configVariables(script);
  return {
    loops: found,
    assignments: assignments(script),
    waitLoop: found.find((loop) => userVariable.test(script.plain.slice(loop.span.start, loop.span.end))),
    placeholder: findPlaceholder(script),
    reads: accesses(script, names, /\bGet-Content\b|\bReadAllText\b|\bReadAllLines\b/gi),
    writes: accesses(script, names, /\bSet-Content\b|\bOut-File\b|\bWriteAllText\b|\bWriteAllLines\b/gi),
    stops: statements(script, /\btaskkill(?:\.exe)?\b|\bStop-Process\b|\bStop-Service\b|\bRestart-Service\b|\.Kill\(|\bnet\s+stop\b/gi),
    starts: statements(script, /\bStart-Service\b|\bRestart-Service\b|\bnet\s+start\b/gi),
    stopsOnErrors: /\$ErrorActionPreference\s*=\s*(?:"Stop"|'Stop'|\[)/i.test(script.plain),
  };
}

export const userVariable = new RegExp(`\\b(?:${userVariables.join("|")})\\b`, "i");

/** Variables that hold the path of the agent's own configuration file. */
function configVariables(script: Script): readonly string[] {
  const direct = assignments(script).filter((one) => /appsettings\.json["']?\)?\s*$/i.test(one.value.trim()));
  return direct.map((one) => one.name.toLowerCase());
}

function accesses(script: Script, names: readonly string[], pattern: RegExp): ConfigAccess[] {
  const found: ConfigAccess[] = [];
  for (const match of script.code.matchAll(pattern)) {
    const statement = statementAt(script.code, match.index);
    const rest = script.plain.slice(match.index, statement.end);
    const variable = [...rest.matchAll(/\$(\w+)/g)].find((one) => names.includes((one[1] ?? "").toLowerCase()));
    const literal = /(["'])[^"']*appsettings\.json\1/i.exec(rest);
    const path = variable?.[0] ?? literal?.[0];
    if (path !== undefined) {
      found.push({ span: spanOf(match), statement, path: path.toLowerCase() });
    }
  }
  return found;
}

function statements(script: Script, pattern: RegExp): TextSpan[] {
  const agent = /AWSKinesisTap/i;
  return [...script.code.matchAll(pattern)]
    .map((match) => statementAt(script.code, match.index))
    .filter((span) => {
      const text = script.plain.slice(span.start, span.end);
      return agent.test(text) || (agent.test(script.plain) && /\$\w+/.test(text));
    });
}

function findPlaceholder(script: Script): ScriptFacts["placeholder"] {
  for (const string of script.strings) {
    const name = /^\\?\{(\w+)\\?\}$/.exec(script.text.slice(string.content.start, string.content.end))?.[1];
    const before = script.code.slice(Math.max(0, string.span.start - 40), string.span.start);
    if (name !== undefined && /(?:-[ci]?replace\s*\(?|\.Replace\(\s*)\s*$/i.test(before)) {
      return { name, span: string.content, statement: statementAt(script.code, string.span.start) };
    }
  }
  return undefined;
}

/** True when the offset lies in a loop. */
export function inLoop(facts: ScriptFacts, offset: number): boolean {
  return facts.loops.some((loop) => inside(loop.span, offset));
}

export function plainOf(script: Script, span: TextSpan): string {
  return script.plain.slice(span.start, span.end);
}

export function codeOf(script: Script, span: TextSpan): string {
  return script.code.slice(span.start, span.end);
}
