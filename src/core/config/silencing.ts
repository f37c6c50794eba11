import { applyEdits, type TextEdit } from "../text/span";
import { parseDocument } from "./document";
import { insertItem, insertMember } from "./rules/fixes";

/** A comment above the line that silences one rule there; for files that may hold comments. */
export function silencingComment(text: string, offset: number, code: string): TextEdit {
  const start = text.lastIndexOf("\n", Math.max(0, offset - 1)) + 1;
  const indent = /^[ \t]*/.exec(text.slice(start))?.[0] ?? "";
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  return { span: { start, end: start }, text: `${indent}// appstream-lint-disable-next-line ${code}${newline}` };
}

export interface SilencedPlace {
  readonly code: string;
  /** Base name of the file. */
  readonly files: string;
  /** JSON pointer; absent: the whole file. */
  readonly pointer?: string;
}

/** The text of appstream-lint.json with one more entry; undefined when the file is broken. */
export function withSilencedPlace(settings: string | undefined, place: SilencedPlace): string | undefined {
  const entry = JSON.stringify({ ...place, severity: "off" });
  if (settings === undefined || settings.trim() === "") {
    return `{\n  "rules": [\n    ${entry}\n  ]\n}\n`;
  }
  const document = parseDocument(settings);
  const { root } = document;
  if (root?.kind !== "object" || document.syntaxProblems.length > 0) {
    return undefined;
  }
  const rules = root.member("rules");
  const edit = rules?.kind === "array" ? insertItem(rules, entry) : insertMember(root, "rules", `[${entry}]`);
  return applyEdits(settings, [edit]);
}
