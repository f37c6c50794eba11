import type { TextEdit } from "../text/span";

/** The one edit that turns the old text into the new one. */
export function differenceOf(before: string, after: string): TextEdit {
  const limit = Math.min(before.length, after.length);
  let start = 0;
  while (start < limit && before.charCodeAt(start) === after.charCodeAt(start)) {
    start++;
  }
  let same = 0;
  while (same < limit - start && before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)) {
    same++;
  }
  return { span: { start, end: before.length - same }, text: after.slice(start, after.length - same) };
}
