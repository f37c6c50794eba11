import { readFileSync } from "node:fs";
import type { PipelineDefinition } from "../core/pipeline/definition";
import { parseDefinition } from "../core/pipeline/parse";
import { lineStarts, positionAt } from "../core/text/span";
import { readFailure } from "./readFailure";

export type ReadDefinition =
  { readonly definition: PipelineDefinition; readonly text: string } | { readonly definition: undefined; readonly exitCode: number };

/** Reads a definition; what is wrong with it goes to stderr. Exit code 2: the file cannot be read; 1: it has errors. */
export function readDefinition(path: string): ReadDefinition {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (thrown) {
    process.stderr.write(`${readFailure(path, thrown)}\n`);
    return { definition: undefined, exitCode: 2 };
  }
  const { definition, problems } = parseDefinition(text);
  const starts = lineStarts(text);
  for (const problem of problems.filter((one) => one.severity !== "information")) {
    const { line, column } = positionAt(starts, problem.span.start);
    process.stderr.write(`${path}:${line + 1}:${column + 1}: ${problem.severity} ${problem.code}: ${problem.message}\n`);
  }
  return definition === undefined ? { definition, exitCode: 1 } : { definition, text };
}
