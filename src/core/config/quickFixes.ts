import type { Fix, Problem } from "../text/problem";
import { applyEdits, type TextEdit, type TextSpan } from "../text/span";

/** More rounds than repairs that uncover each other have ever needed. */
const rounds = 20;

/** Applies safe fixes until none is left; the result is undefined when nothing changes. */
export function fixAll(text: string, check: (text: string) => readonly Problem[]): string | undefined {
  let current = text;
  for (let round = 0; round < rounds; round++) {
    const edits = safeEdits(check(current));
    const next = applyEdits(current, edits);
    if (edits.length === 0 || next === current) {
      break;
    }
    current = next;
  }
  return current === text ? undefined : current;
}

/** The edits of all safe fixes that do not touch each other; what is left out comes in the next round. */
function safeEdits(problems: readonly Problem[]): TextEdit[] {
  const taken: TextEdit[] = [];
  for (const problem of problems) {
    const fix = safeFix(problem);
    if (fix !== undefined && !fix.edits.some((edit) => taken.some((other) => touch(edit.span, other.span)))) {
      taken.push(...fix.edits);
    }
  }
  return taken;
}

function safeFix(problem: Problem): Fix | undefined {
  const safe = problem.fixes?.filter((fix) => fix.safe) ?? [];
  return safe.find((fix) => fix.preferred === true) ?? safe[0];
}

function touch(a: TextSpan, b: TextSpan): boolean {
  return a.start <= b.end && b.start <= a.end;
}

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
