import type { Fix, Problem } from "./problem";
import type { TextEdit } from "./span";
import { applyEdits } from "./span";

/** Repairs uncover others, rarely more than a few times; a pair of rules that undo each other ends here. */
const maximumRounds = 20;

/** The safe fixes of the problems that do not touch each other: a fix is applied whole or not at all. */
export function compatibleFixes(problems: readonly Problem[]): Fix[] {
  const chosen: Fix[] = [];
  const taken: TextEdit[] = [];
  const safe = problems.flatMap((problem) => problem.fixes?.find((fix) => fix.safe) ?? []);
  const ordered = safe
    .map((fix) => ({ fix, edits: [...fix.edits].sort((a, b) => a.span.start - b.span.start) }))
    .filter(({ edits }) => edits.length > 0)
    .sort((a, b) => (a.edits[0]?.span.start ?? 0) - (b.edits[0]?.span.start ?? 0));
  for (const { fix, edits } of ordered) {
    if (!edits.some((edit) => collides(taken, edit))) {
      chosen.push(fix);
      insert(taken, edits);
    }
  }
  return chosen;
}

/** `taken` is sorted and free of overlaps, so that a binary search finds the only neighbours that matter. */
function collides(taken: readonly TextEdit[], edit: TextEdit): boolean {
  const at = firstAtOrAfter(taken, edit.span.start);
  const before = taken[at - 1];
  const after = taken[at];
  return (
    (before !== undefined && before.span.end > edit.span.start) ||
    (after !== undefined && (after.span.start < edit.span.end || after.span.start === edit.span.start))
  );
}

function firstAtOrAfter(taken: readonly TextEdit[], start: number): number {
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((taken[middle]?.span.start ?? 0) < start) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function insert(taken: TextEdit[], edits: readonly TextEdit[]): void {
  for (const edit of edits) {
    const last = taken.at(-1);
    if (last === undefined || last.span.start <= edit.span.start) {
      taken.push(edit);
    } else {
      taken.splice(firstAtOrAfter(taken, edit.span.start), 0, edit);
    }
  }
}

/** Applies all safe fixes until none is left. */
export function fixAll(text: string, check: (text: string) => readonly Problem[]): string {
  let current = text;
  for (let round = 0; round < maximumRounds; round++) {
    const edits = compatibleFixes(check(current)).flatMap((fix) => fix.edits);
    const next = applyEdits(current, edits);
    if (next === current) {
      break;
    }
    current = next;
  }
  return current;
}
