import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { parseDocument } from "../core/config/document";
import type { LintSettings } from "../core/config/lintSettings";
import { parseLintSettings, settingsFileName } from "../core/config/lintSettings";
import type { FileKind } from "../core/config/recognition";
import { recognise } from "../core/config/recognition";
import type { CheckedFile } from "../core/project/checkInProject";
import type { DecodedText } from "../core/text/encoding";
import { decodeText } from "../core/text/encoding";

/** A file of the run as it was read. */
export interface LintFile {
  /** As it was named. */
  readonly file: string;
  /** Absolute, with `/` between folders. */
  readonly path: string;
  readonly decoded: DecodedText;
  readonly kind: FileKind | undefined;
}

export function slashed(path: string): string {
  return resolve(path).split(sep).join("/");
}

export function readLintFile(file: string, kind: FileKind | "auto"): LintFile {
  const decoded = decodeText(readFileSync(file));
  return { file, path: slashed(file), decoded, kind: kind === "auto" ? recognise(file, decoded.text) : kind };
}

/** Undefined for files that are not ours. */
export function toChecked({ path, decoded, kind }: LintFile): CheckedFile | undefined {
  const { text } = decoded;
  return kind === undefined
    ? undefined
    : { file: path, kind, text, document: kind === "script" ? undefined : parseDocument(text), decoded };
}

/** Settings files beside and above a file, outermost first. */
export function settingsFor(path: string, known: Map<string, LintSettings | undefined>): LintSettings[] {
  const found: LintSettings[] = [];
  let folder = dirname(path);
  for (;;) {
    if (!known.has(folder)) {
      known.set(folder, readSettings(folder));
    }
    const settings = known.get(folder);
    if (settings !== undefined) {
      found.unshift(settings);
    }
    const parent = dirname(folder);
    if (parent === folder) {
      return found;
    }
    folder = parent;
  }
}

function readSettings(folder: string): LintSettings | undefined {
  const path = join(folder, settingsFileName);
  if (!existsSync(path)) {
    return undefined;
  }
  return parseLintSettings(decodeText(readFileSync(path)).text, path, folder.endsWith("/") ? folder : `${folder}/`);
}
