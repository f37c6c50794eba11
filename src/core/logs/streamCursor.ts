import { SeenWindow } from "./seenWindow";
import { Witnesses } from "./witnesses";

interface Mark {
  readonly at: number;
  readonly seq: number;
}

/** How far below the head documents may still be in flight. */
export const inFlight = 5000;

const markEvery = 1000;
const pagesPerStep = 20;
const widestStep = 5_000_000;
const rememberedBursts = 8;

/** How far one shard of one index has been read: all up to the floor for good, the window above it under observation. */
export class StreamCursor {
  readonly index: string;
  readonly shard: number;
  floor: number;
  ceiling: number;
  /** What is up to here is read for good. The floor is lower where the last document shown is kept under observation. */
  settled: number;
  readonly window = new SeenWindow();
  /** No request before this time. */
  blockedUntil = 0;
  failures = 0;
  /** It is not polled before it is placed, and its window filled, as SilentStreams has noted. */
  silent = false;
  /** More is known to be there than was read. */
  behind = false;
  /** Highest number known to exist when the head was last looked at. */
  head = -1;
  /** When an event was last shown or the index was first seen. */
  activeAt = 0;
  readAt = 0;
  probedAt = -Infinity;
  witnesses = new Witnesses();
  #anchor: { readonly id: string; readonly term: number } | undefined;
  #stepFactor = 1;
  #polls: Mark[] = [];
  #heads: Mark[] = [];
  #checkpoints: Mark[] = [];
  #bursts: number[] = [];

  constructor(index: string, shard: number, floor: number, ceiling: number) {
    this.index = index;
    this.shard = shard;
    this.floor = floor;
    this.ceiling = ceiling;
    this.settled = floor;
  }

  /** What was shown under the ceiling's number and is still there. */
  get anchor(): { readonly id: string; readonly term: number } | undefined {
    return this.#anchor;
  }

  add(seq: number, id: string, term: number): void {
    if (seq <= this.floor) {
      return;
    }
    this.window.add(seq, id);
    if (seq >= this.ceiling) {
      this.ceiling = seq;
      this.#anchor = { id, term };
    }
  }

  /** The whole window was listed: what is there under the ceiling's number now? */
  anchorIs(hit: { readonly id: string; readonly term: number } | undefined): void {
    this.#anchor = hit === undefined ? undefined : { id: hit.id, term: hit.term };
  }

  /** Nothing that matches is between the ceiling and here. */
  raiseCeiling(seq: number): void {
    if (seq > this.ceiling) {
      this.ceiling = seq;
      this.#anchor = undefined;
    }
  }

  /** Up to where a poll with pages of this size reads: bounded while the head is far. */
  bound(pageSize: number): number | undefined {
    const step = Math.min(widestStep, pagesPerStep * pageSize * this.#stepFactor);
    return this.head - this.ceiling > step ? this.ceiling + step : undefined;
  }

  /** A range with few matches makes the next one wider, a full page makes it narrow again. */
  tuneStep(matches: number, pageSize: number): void {
    if (matches >= pageSize) {
      this.#stepFactor = 1;
    } else if (matches < pageSize / 4) {
      this.#stepFactor = Math.min(this.#stepFactor * 2, widestStep);
    }
  }

  /**
   * After a poll in which everything agreed: what is older than the settle time is settled. `checkpointAge` is given where the
   * copies' checkpoints are known: nothing settles above what all copies had processed so long ago.
   */
  settle(now: number, settleTime: number, checkpointAge?: number): void {
    const old = now - settleTime;
    const checkpoint = checkpointAge === undefined ? Infinity : (lastBefore(this.#checkpoints, now - checkpointAge) ?? -1);
    const head = lastBefore(this.#heads, old) ?? -1;
    if (!this.behind) {
      this.raiseCeiling(head);
    }
    const settled = Math.max(lastBefore(this.#polls, old) ?? -1, Math.min(this.ceiling, head));
    this.settled = Math.max(this.settled, Math.min(settled, checkpoint));
    this.#raiseFloor(this.#anchor === undefined ? this.settled : Math.min(this.settled, this.ceiling - 1));
    if (now - (this.#polls.at(-1)?.at ?? -Infinity) >= markEvery) {
      this.#polls.push({ at: now, seq: this.ceiling });
    }
    this.#polls = kept(this.#polls, old);
    this.#heads = kept(this.#heads, old);
    this.#checkpoints = kept(this.#checkpoints, now - (checkpointAge ?? 0));
  }

  /** True while the copies' checkpoints could let the floor rise. */
  get unsettled(): boolean {
    return this.settled < this.ceiling;
  }

  noteHead(now: number, head: number): void {
    this.head = head;
    this.#heads.push({ at: now, seq: head });
  }

  /** All copies of the shard had processed every number up to here. */
  noteCheckpoint(now: number, seq: number): void {
    this.#checkpoints.push({ at: now, seq });
  }

  noteBurst(now: number): void {
    this.activeAt = now;
    if (now - (this.#bursts.at(-1) ?? -Infinity) >= markEvery) {
      this.#bursts.push(now);
      this.#bursts = this.#bursts.slice(-rememberedBursts);
    }
  }

  /** The shortest time between arrivals, once there were enough of them to tell. */
  get spacing(): number | undefined {
    const gaps = this.#bursts.slice(1).map((at, position) => at - (this.#bursts[position] ?? at));
    return gaps.length < rememberedBursts - 1 ? undefined : Math.min(...gaps);
  }

  /** How long ago the reading passed this number. */
  passed(seq: number, now: number): number {
    const mark = this.#polls.find((each) => each.seq >= seq);
    return mark === undefined ? 0 : now - mark.at;
  }

  /** What exists at the start, or after a long gap, is settled but for what may be in flight. */
  startBelow(head: number): void {
    this.head = head;
    this.#heads = [{ at: -Infinity, seq: head - inFlight }];
  }

  forgetWindow(): void {
    this.window.clear();
    this.#anchor = undefined;
  }

  /** Leaves out what lies between, but for what may be in flight; returns the number below which nothing is looked for any more. */
  skipTo(head: number): number {
    this.settled = Math.max(this.settled, head - inFlight);
    this.#raiseFloor(this.settled);
    this.raiseCeiling(head);
    this.behind = false;
    return this.floor;
  }

  /** Goes on at this number; what is in the window above the floor has to be filled in. */
  jump(floor: number, ceiling: number): void {
    this.forgetWindow();
    this.floor = floor;
    this.settled = floor;
    this.ceiling = ceiling;
    this.head = ceiling;
    this.behind = false;
    this.#polls = [];
    this.#heads = [];
    this.#checkpoints = [];
  }

  /** All above this number is read again. */
  goBackTo(seq: number, now: number, head: number): void {
    this.jump(seq, seq);
    this.noteHead(now, head);
    this.witnesses.forgetAbove(seq);
    this.behind = true;
  }

  #raiseFloor(floor: number): void {
    if (floor > this.floor) {
      this.floor = floor;
      this.window.dropUpTo(floor);
    }
  }
}

function lastBefore(marks: readonly Mark[], time: number): number | undefined {
  return marks.findLast((mark) => mark.at <= time)?.seq;
}

/** The marks since `time` and the one before them. */
function kept(marks: Mark[], time: number): Mark[] {
  const at = marks.findLastIndex((mark) => mark.at <= time);
  return at > 0 ? marks.slice(at) : marks;
}
