import { simpleMatch } from "./dynamic";
import { isObject, RawJson, scalarText, type Json } from "./json";

/** Which part of `_source` a hit shows; undefined: none of it. */
export type SourceFilter = (source: string) => RawJson | Json | undefined;

export function sourceFilter(given: unknown, query?: URLSearchParams): SourceFilter {
  const includes = toPatterns(query?.get("_source_includes") ?? query?.get("_source_include"));
  const excludes = toPatterns(query?.get("_source_excludes") ?? query?.get("_source_exclude"));
  const flag = query?.get("_source");
  if (flag === "false" || (given === false && flag === null)) {
    return () => undefined;
  }
  const wanted = [...includes, ...(flag === null || flag === undefined || flag === "true" ? [] : flag.split(","))];
  const unwanted = [...excludes];
  if (typeof given === "string" || Array.isArray(given)) {
    wanted.push(...toPatterns(given));
  } else if (isObject(given)) {
    wanted.push(...toPatterns(given["includes"] ?? given["include"]));
    unwanted.push(...toPatterns(given["excludes"] ?? given["exclude"]));
  }
  if (wanted.length === 0 && unwanted.length === 0) {
    return (source) => new RawJson(source);
  }
  return (source) => prune(JSON.parse(source) as Json, "", wanted, unwanted) ?? {};
}

function toPatterns(given: unknown): readonly string[] {
  if (given === undefined || given === null) {
    return [];
  }
  return (Array.isArray(given) ? given : scalarText(given).split(",")).map(scalarText);
}

function prune(object: Json, prefix: string, wanted: readonly string[], unwanted: readonly string[]): Json | undefined {
  const kept: Json = {};
  for (const [key, value] of Object.entries(object)) {
    const path = prefix + key;
    if (unwanted.some((pattern) => covers(pattern, path))) {
      continue;
    }
    const whole = wanted.length === 0 || wanted.some((pattern) => covers(pattern, path));
    if (!whole && !wanted.some((pattern) => leadsTo(pattern, path))) {
      continue;
    }
    const inner = pruneValue(value, `${path}.`, whole ? [] : wanted, unwanted);
    if (inner !== undefined) {
      kept[key] = inner;
    }
  }
  return Object.keys(kept).length > 0 || Object.keys(object).length === 0 ? kept : undefined;
}

function pruneValue(value: unknown, prefix: string, wanted: readonly string[], unwanted: readonly string[]): unknown {
  if (isObject(value)) {
    return prune(value, prefix, wanted, unwanted);
  }
  if (Array.isArray(value)) {
    return value.map((entry: unknown) => pruneValue(entry, prefix, wanted, unwanted)).filter((entry) => entry !== undefined);
  }
  return wanted.length === 0 ? value : undefined;
}

function covers(pattern: string, path: string): boolean {
  return simpleMatch(pattern, path) || simpleMatch(`${pattern}.*`, path);
}

/** True when something below `path` can match. */
function leadsTo(pattern: string, path: string): boolean {
  const parts = pattern.split(".");
  const steps = path.split(".");
  return (
    pattern.startsWith("*") ||
    steps.every((step, at) => parts[at] !== undefined && (parts[at].includes("*") ? simpleMatch(parts[at], step) : parts[at] === step))
  );
}
