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
  /** What the file says, even where it asks for what AWS refuses; absent when its form is wrong. For checks only. */
  readonly stated?: PipelineDefinition;
  readonly problems: readonly Problem[];
}

/** Reads a definition file: its problems, and what it means with the preset filled in. */
export function parseDefinition(text: string): ParsedDefinition {
  const errors: ParseError[] = [];
  const body = text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text;
  const root = parseTree(body, errors, { disallowComments: true, allowTrailingComma: false });
  if (errors.length > 0 || root === undefined) {
    // What follows the first is mostly its consequence.
    return { problems: [errors[0] === undefined ? emptyFile() : syntaxProblem(errors[0])] };
  }
  const problems = checkSchema(root, definitionSchema);
  if (problems.length > 0) {
    return { problems: byPosition(problems) };
  }
  const definition = resolve(getNodeValue(root) as DefinitionFile);
  const found = checkSemantics(definition, root);
  const isWrong = found.some((one) => one.severity === "error");
  return { ...(isWrong ? {} : { definition }), stated: definition, problems: byPosition(found) };
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

const noComments = (): string => l10n.t("This is not valid JSON: a definition holds no comments.");
const noNumber = (): string => l10n.t("This is not valid JSON: this is no number.");
const wrongCharacter = (): string => l10n.t("This is not valid JSON: this character must be written with a backslash, or in another way.");

const syntaxMessages: Readonly<Record<ReturnType<typeof printParseErrorCode>, () => string>> = {
  InvalidSymbol: () =>
    l10n.t("This is not valid JSON: texts stand between straight double quotes, and nothing else but numbers, true, false and null."),
  PropertyNameExpected: () => l10n.t("This is not valid JSON: a key in double quotes is missing here, or a comma is too many."),
  ValueExpected: () => l10n.t("This is not valid JSON: a value is missing here, or a comma is too many."),
  ColonExpected: () => l10n.t("This is not valid JSON: a colon is missing here."),
  CommaExpected: () => l10n.t("This is not valid JSON: a comma is missing here."),
  CloseBraceExpected: () => l10n.t("This is not valid JSON: a closing brace is missing here."),
  CloseBracketExpected: () => l10n.t("This is not valid JSON: a closing bracket is missing here."),
  EndOfFileExpected: () => l10n.t("This is not valid JSON: the definition ended before, and nothing may follow."),
  InvalidCommentToken: noComments,
  UnexpectedEndOfComment: noComments,
  UnexpectedEndOfString: () => l10n.t("This is not valid JSON: the closing quote of this text is missing."),
  InvalidNumberFormat: noNumber,
  UnexpectedEndOfNumber: noNumber,
  InvalidUnicode: wrongCharacter,
  InvalidEscapeCharacter: wrongCharacter,
  InvalidCharacter: wrongCharacter,
  "<unknown ParseErrorCode>": () => l10n.t("This is not valid JSON."),
};

function syntaxProblem(error: ParseError): Problem {
  return {
    span: { start: error.offset, end: error.offset + Math.max(1, error.length) },
    severity: "error",
    code: "APD001",
    message: syntaxMessages[printParseErrorCode(error.error)](),
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
