import * as l10n from "@vscode/l10n";
import { getNodeValue, parseTree, printParseErrorCode, type ParseError } from "jsonc-parser";
import type { Problem } from "../text/problem";
import type { PipelineDefinition, PresetName } from "./definition";
import { definitionSchema } from "./definitionSchema";
import { presetValues } from "./presets";
import { checkSchema } from "./schemaCheck";
import { checkSemantics } from "./semantics";

export interface ParsedDefinition {
  /** Absent when there is an error. */
  readonly definition?: PipelineDefinition;
  readonly problems: readonly Problem[];
}

/** Reads a definition file: its problems, and what it means with the preset filled in. */
export function parseDefinition(text: string): ParsedDefinition {
  const errors: ParseError[] = [];
  const body = text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text;
  const root = parseTree(body, errors, { disallowComments: true, allowTrailingComma: false });
  if (errors.length > 0 || root === undefined) {
    return { problems: errors.length === 0 ? [emptyFile()] : errors.map(syntaxProblem) };
  }
  const problems = checkSchema(root, definitionSchema);
  if (problems.length > 0) {
    return { problems: byPosition(problems) };
  }
  const definition = resolve(getNodeValue(root) as DefinitionFile);
  const found = checkSemantics(definition, root);
  return found.some((one) => one.severity === "error") ? { problems: byPosition(found) } : { definition, problems: byPosition(found) };
}

/** What `lint --kind pipeline` and the editor show. */
export function checkPipeline(text: string): readonly Problem[] {
  return parseDefinition(text).problems;
}

/** What a file may hold; the schema has been checked. */
interface DefinitionFile extends Partial<Omit<PipelineDefinition, "name" | "region" | "preset">> {
  readonly name: string;
  readonly region: string;
  readonly preset: PresetName;
}

function resolve(file: DefinitionFile): PipelineDefinition {
  const base = presetValues(file.preset, file.name, file.region);
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(file)) {
    const below = merged[key];
    merged[key] = isObject(below) && isObject(value) ? { ...below, ...value } : value;
  }
  delete merged["$schema"];
  const definition = merged as unknown as PipelineDefinition;
  return {
    ...definition,
    logs: { ...definition.logs, group: file.logs?.group ?? `/aws/kinesisfirehose/${definition.stream.name}` },
    image: {
      ...definition.image,
      applications: definition.image.applications.map((one) => ({ ...one, displayName: one.displayName || one.name })),
    },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function syntaxProblem(error: ParseError): Problem {
  return {
    span: { start: error.offset, end: error.offset + Math.max(1, error.length) },
    severity: "error",
    code: "APD001",
    message: l10n.t("This is not valid JSON: {0}.", printParseErrorCode(error.error)),
  };
}

function emptyFile(): Problem {
  return {
    span: { start: 0, end: 0 },
    severity: "error",
    code: "APD001",
    message: l10n.t("The file is empty: a pipeline definition begins with {."),
  };
}

function byPosition(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.span.start - b.span.start || a.code.localeCompare(b.code));
}
