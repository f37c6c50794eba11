import type { LogFilter } from "./filter";
import { periodEnd } from "./indexNames";
import type { Hit } from "./searchAnswers";
import type { StreamCursor } from "./streamCursor";
import type { TailIndices } from "./tailIndices";
import type { TailParts } from "./tailParts";
import { everyWindow, showLate } from "./windowFill";

/** How far one shard was read: plain values that can be stored. */
export interface TailPosition {
  readonly index: string;
  readonly shard: number;
  readonly floor: number;
  readonly ceiling: number;
  /** What was shown above the floor, as runs of numbers, first and last; absent when there are too many to store. */
  readonly shown?: readonly (readonly [number, number])[];
}

/** A window with more holes is not worth storing. */
const mostRuns = 2000;

export function positionOf({ index, shard, floor, ceiling, window }: StreamCursor): TailPosition {
  const shown = window.runs(mostRuns);
  return { index, shard, floor, ceiling, ...(shown === undefined ? {} : { shown }) };
}

/**
 * Places a cursor where an earlier session left it. An index that this session did not know begins at its first number when its
 * time was not over yet, but for a shard that had not answered then; one whose numbers begin anew was made anew. False: it is placed like any other.
 */
export function placeAtPosition(
  stream: StreamCursor,
  head: number,
  now: number,
  { base, at, positions }: { readonly base: string; readonly at: number; readonly positions: readonly TailPosition[] },
): boolean {
  const position = positions.find(({ index, shard }) => index === stream.index && shard === stream.shard);
  if (position === undefined) {
    if (positions.some(({ index }) => index === stream.index) || (periodEnd(base, stream.index) ?? Infinity) < at) {
      return false;
    }
    stream.jump(-1, -1);
  } else if (head < position.floor) {
    stream.jump(-1, -1);
  } else {
    stream.jump(position.floor, position.ceiling);
    stream.noteHead(at, position.ceiling);
  }
  // Only now: what is in flight below it is looked for as long as anything else.
  stream.noteHead(now, head);
  return true;
}

/** What the windows hold and the earlier session showed counts as shown; the rest became visible meanwhile and is shown. */
export async function resumeWindows(
  parts: TailParts,
  indices: TailIndices,
  streams: readonly StreamCursor[],
  positions: readonly TailPosition[],
  filter: LogFilter,
): Promise<void> {
  await everyWindow(parts, indices, streams, filter, {
    task: (stream, hits, { clauses }) => {
      const runs = positions.find(({ index, shard }) => index === stream.index && shard === stream.shard)?.shown;
      const isNew = ({ seq }: Hit): boolean => runs !== undefined && !runs.some(([first, last]) => seq >= first && seq <= last);
      const late = new Set(hits.filter(isNew));
      for (const hit of hits) {
        if (!late.has(hit)) {
          parts.outlet.passOver({ index: stream.index, id: hit.id });
        }
      }
      return showLate(parts, stream, clauses, hits, late);
    },
  });
}
