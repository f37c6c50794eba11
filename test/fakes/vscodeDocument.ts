import { lineStarts, positionAt } from "../../src/core/text/span";
import { Position, Range, type Uri } from "./vscodeTypes";

export interface FakeDocument {
  readonly uri: Uri;
  readonly fileName: string;
  languageId: string;
  version: number;
  readonly isDirty: boolean;
  readonly isUntitled: boolean;
  readonly isClosed: boolean;
  readonly eol: number;
  readonly lineCount: number;
  getText(range?: Range): string;
  positionAt(offset: number): Position;
  offsetAt(position: Position): number;
  lineAt(line: number | Position): { readonly text: string; readonly range: Range; readonly lineNumber: number };
  getWordRangeAtPosition(position: Position, pattern?: RegExp): Range | undefined;
  save(): Promise<boolean>;
  /** For tests: replaces the text and counts the version up. */
  setText(text: string): void;
}

export function createDocument(uri: Uri, languageId: string, initialText: string): FakeDocument {
  let text = initialText;
  let starts = lineStarts(text);
  const toPosition = (offset: number): Position => {
    const { line, column } = positionAt(starts, Math.max(0, Math.min(offset, text.length)));
    return new Position(line, column);
  };
  const toOffset = (position: Position): number => Math.min((starts[position.line] ?? text.length) + position.character, text.length);
  const document: FakeDocument = {
    uri,
    fileName: uri.fsPath,
    languageId,
    version: 1,
    isDirty: false,
    isUntitled: uri.scheme === "untitled",
    isClosed: false,
    get eol() {
      return text.includes("\r\n") ? 2 : 1;
    },
    get lineCount() {
      return starts.length;
    },
    getText: (range) => (range === undefined ? text : text.slice(toOffset(range.start), toOffset(range.end))),
    positionAt: toPosition,
    offsetAt: toOffset,
    lineAt: (line) => {
      const number = typeof line === "number" ? line : line.line;
      const start = starts[number] ?? text.length;
      const content = text.slice(start, starts[number + 1] ?? text.length).replace(/[\r\n]+$/, "");
      return { text: content, range: new Range(number, 0, number, content.length), lineNumber: number };
    },
    getWordRangeAtPosition: (position, pattern = /[\w-]+/) => {
      const { text: line } = document.lineAt(position);
      for (const match of line.matchAll(new RegExp(pattern.source, "g"))) {
        if (match.index <= position.character && position.character <= match.index + match[0].length) {
          return new Range(position.line, match.index, position.line, match.index + match[0].length);
        }
      }
      return undefined;
    },
    save: async () => true,
    setText: (replacement) => {
      text = replacement;
      starts = lineStarts(text);
      document.version++;
    },
  };
  return document;
}
