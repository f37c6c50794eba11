import * as l10n from "@vscode/l10n";
import type { LogFilter } from "./filter";
import { probe } from "./headProbe";
import { periodEnd } from "./indexNames";
import { NumberRuns } from "./numberRuns";
import type { StreamCursor } from "./streamCursor";
import type { TailIndices } from "./tailIndices";
import type { TailParts } from "./tailParts";
import { everyWindow, showLate } from "./windowFill";
import { Witnesses, type Witness } from "./witnesses";

/** How far one shard was read: plain values that can be stored. */
export interface TailPosition {
  readonly index: string;
  readonly shard: number;
  readonly floor: number;
  readonly ceiling: number;
  /** When the index was made, in milliseconds since the epoch; absent where the domain does not tell. */
  readonly created?: number;
  /** What was found under settled numbers. */
  readonly witnesses?: readonly Witness[];
  /** The numbers above the floor that were shown, as `NumberRuns` writes them; absent when there are too many to store. */
  readonly shown?: string;
}

/** Some hundred kilobytes as text. */
const mostRuns = 100_000;

export function positionOf(stream: StreamCursor, created: number | undefined): TailPosition {
  const { index, shard, floor, ceiling, settled, window, witnesses } = stream;
  const runs = window.runs(mostRuns);
  return {
    ...{ index, shard, floor, ceiling, witnesses: witnesses.settled(settled) },
    ...(created === undefined ? {} : { created }),
    ...(runs === undefined ? {} : { shown: new NumberRuns(runs).toText(floor) }),
  };
}

/**
 * Places a cursor where an earlier session left it. An index that this session did not know begins at its first number when its
 * time was not over yet, but for a shard that had not answered then; so does one that was made anew. False: it is placed like any other.
 */
export function placeAtPosition(
  stream: StreamCursor,
  found: { readonly head: number; readonly now: number; readonly created: number | undefined },
  { base, at, positions }: { readonly base: string; readonly at: number; readonly positions: readonly TailPosition[] },
): boolean {
  const { head, now, created } = found;
  const position = positionFor(stream, positions);
  if (position === undefined) {
    if (positions.some(({ index }) => index === stream.index) || (periodEnd(base, stream.index) ?? Infinity) < at) {
      return false;
    }
    stream.jump(-1, -1);
  } else if (created === undefined || position.created === undefined ? head < position.floor : created !== position.created) {
    stream.jump(-1, -1);
  } else {
    stream.jump(position.floor, position.ceiling);
    stream.witnesses = new Witnesses(position.witnesses);
    stream.settled = Math.max(position.floor, ...stream.witnesses.numbers);
    stream.noteHead(at, position.ceiling);
  }
  // Only now: what is in flight below it is looked for as long as anything else.
  stream.noteHead(now, head);
  return true;
}

function positionFor({ index, shard }: StreamCursor, positions: readonly TailPosition[]): TailPosition | undefined {
  return positions.find((each) => each.index === index && each.shard === shard);
}

/** Goes back where a settled number has another document than it had: the numbers from there on are others than before. */
export async function checkPlaces({ clock, exchange, outlet }: TailParts, streams: readonly StreamCursor[]): Promise<void> {
  const names = new Set<string>();
  for (const { stream, head, backTo } of await probe(exchange, streams)) {
    if (backTo !== undefined) {
      stream.goBackTo(backTo, clock.now(), head);
      names.add(stream.index);
    }
  }
  for (const name of names) {
    await outlet.notice("indexReset", l10n.t("index {0} was made anew or restored: what it received since is shown", name));
  }
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
      const position = positionFor(stream, positions);
      const shown = position?.shown === undefined ? undefined : NumberRuns.fromText(position.shown, position.floor);
      const late = new Set(shown === undefined ? [] : hits.filter(({ seq }) => !shown.has(seq)));
      for (const hit of hits) {
        if (!late.has(hit)) {
          parts.outlet.passOver({ index: stream.index, id: hit.id });
        }
      }
      return showLate(parts, stream, clauses, hits, late);
    },
  });
}
