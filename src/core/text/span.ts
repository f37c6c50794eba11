/** Offsets are UTF-16 code units from the start of the text; `end` is exclusive. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

export interface TextEdit {
  readonly span: TextSpan;
  readonly text: string;
}

/** Applies non-overlapping edits; their order does not matter. Of two that overlap, the first by position wins. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let result = "";
  let at = 0;
  for (const edit of sorted) {
    if (edit.span.start < at) {
      continue;
    }
    result += text.slice(at, edit.span.start) + edit.text;
    at = edit.span.end;
  }
  return result + text.slice(at);
}

/** Start offset of every line; LF, CR LF and lone CR end a line. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) {
      starts.push(i + 1);
    }
  }
  return starts;
}

/** Zero-based line and UTF-16 column of an offset. */
export function positionAt(starts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return { line: low, column: offset - (starts[low] ?? 0) };
}
