import { simpleMatch } from "./dynamic";
import { type Json } from "./json";

export interface TemplateContent {
  readonly settings?: Json;
  readonly mappings?: Json;
  readonly aliases?: Json;
}

/** A legacy template (`_template`) or a composable one (`_index_template`, which has `template`). */
export interface Template extends TemplateContent {
  readonly index_patterns: readonly string[];
  readonly order?: number;
  readonly version?: number;
  readonly template?: TemplateContent;
  readonly priority?: number;
  readonly composed_of?: readonly string[];
  readonly _meta?: Json;
}

export function isComposable(template: Template): boolean {
  return template.template !== undefined || template.priority !== undefined || template.composed_of !== undefined;
}

/** What a new index gets, weakest first: one composable template beats all legacy ones. */
export function matchingTemplates(
  name: string,
  composable: Map<string, Template>,
  legacy: Map<string, Template>,
): readonly TemplateContent[] {
  const matches = (template: Template): boolean => template.index_patterns.some((pattern) => simpleMatch(pattern, name));
  const best = [...composable.values()].filter(matches).sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0))[0];
  if (best !== undefined) {
    return [best.template ?? {}];
  }
  return [...legacy.values()].filter(matches).sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
}

/** Patterns of a template request: a list or one text. */
export function patternsOf(body: Json): readonly string[] {
  const patterns = body["index_patterns"];
  return Array.isArray(patterns) ? patterns.map(String) : typeof patterns === "string" ? [patterns] : [];
}
