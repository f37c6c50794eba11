import * as l10n from "@vscode/l10n";
import type { Backlog } from "./backlog";
import type { LogFilter } from "./filter";
import { HeadProbe } from "./headProbe";
import { numberAt, type JsonObject } from "./json";
import { toEntry } from "./listing";
import { mostSearches } from "./pageSize";
import { Pulse } from "./pulse";
import { recheck } from "./recheck";
import { hitsOf, refuseIfAll, type Answer, type Hit } from "./searchAnswers";
import { pollBody } from "./searchRequests";
import { windowLimit } from "./settleTime";
import type { StreamCursor } from "./streamCursor";
import type { LogEntry } from "./tailEvents";
import type { TailIndices } from "./tailIndices";
import type { TailParts } from "./tailParts";

export interface PollOptions {
  readonly filter: LogFilter;
  /** Asks for new indices, too. */
  readonly discover: boolean;
}

export interface Polled {
  readonly batches: LogEntry[][];
  readonly more: boolean;
}

const unchanged = { late: [], replaced: false };

interface Question {
  readonly stream: StreamCursor;
  readonly size: number;
  readonly bound: number | undefined;
}

const probeEvery = 30_000;
/** Longer than any pause between polls, or a poll: something held the tail up. */
export const gapFrom = 45_000;

/** A poll that is under way. */
interface Asked extends PollOptions {
  readonly questions: readonly Question[];
  readonly probed: readonly StreamCursor[];
  readonly probe: HeadProbe;
  readonly at: number;
  readonly answered: Promise<{ readonly answers: readonly Answer[]; readonly at: number }>;
}

/** Asks the streams whose turn it is, in one request where the domain permits that. */
export class Poller {
  readonly #parts: TailParts;
  readonly #indices: TailIndices;
  readonly #pulse: Pulse;
  readonly #backlog: Backlog;
  #ahead: Asked | undefined;
  #warned = false;
  #turn = 0;

  constructor(parts: TailParts, indices: TailIndices, backlog: Backlog) {
    this.#parts = parts;
    this.#indices = indices;
    this.#backlog = backlog;
    this.#pulse = new Pulse(parts, indices);
  }

  /** What is new, one list per stream; of the poll that was begun ahead, where there is one. `more` asks for the next poll without a pause. */
  async poll(options: () => PollOptions): Promise<Polled> {
    const { clock, exchange } = this.#parts;
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead !== undefined) {
      return this.#read(ahead);
    }
    return exchange.multi ? this.#read(this.#begin(options())) : this.#askWhenChanged(this.#indices.due(clock.now()), options());
  }

  /** Begins the next poll, while what the last one brought is shown. Nothing is read of it before its turn. */
  begin(options: () => PollOptions): void {
    if (this.#parts.exchange.multi) {
      this.#ahead = this.#begin(options());
      this.#ahead.answered.catch(() => undefined);
    }
  }

  /** Throws the poll away that was begun ahead: what it asked is not what is to be asked now. */
  async forget(): Promise<void> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    await ahead?.answered;
  }

  #begin(options: PollOptions): Asked {
    const now = this.#parts.clock.now();
    const due = this.#indices.due(now, mostSearches);
    const left = Math.max(0, mostSearches - due.length - 1);
    const probed = due.filter(({ probedAt }) => now - probedAt >= probeEvery).slice(0, left >> 1);
    return this.#ask(due, probed, options);
  }

  /** One request tells what changed; each second one, another stream is polled or its head looked at besides. */
  async #askWhenChanged(due: readonly StreamCursor[], options: PollOptions): Promise<Polled> {
    const changed = await this.#pulse.changed(options.filter.clauses);
    const now = this.#parts.clock.now();
    const turn = this.#turn++;
    const besides = turn % 2 === 0 ? due[(turn >> 2) % Math.max(1, due.length)] : undefined;
    const looked = turn % 4 === 0 ? besides : undefined;
    const asked = this.#indices.streams.filter(
      (stream) =>
        !stream.silent &&
        stream.blockedUntil <= now &&
        (stream.behind || stream.failures > 0 || changed.has(stream.index) || (stream === besides && stream !== looked)),
    );
    const polled = await this.#read(this.#ask(asked, looked === undefined ? [] : [looked], { ...options, discover: false }));
    const shown = new Set(polled.batches.flat().map(({ index }) => index));
    changed.forEach((name) => {
      this.#pulse.polled(name, shown.has(name));
    });
    return polled;
  }

  #ask(due: readonly StreamCursor[], probed: readonly StreamCursor[], { filter, discover }: PollOptions): Asked {
    const { exchange, pageSize, clock } = this.#parts;
    const { size } = pageSize;
    const questions = due.map((stream): Question => ({ stream, size, bound: stream.bound(size) }));
    const probe = new HeadProbe(probed);
    const searches = [
      ...questions.map(({ stream, bound }) => ({
        index: stream.index,
        shard: stream.shard,
        body: pollBody(stream, filter.clauses, size, bound),
      })),
      ...probe.searches,
      ...(discover ? [this.#indices.listing()] : []),
    ];
    const answered = exchange.search(searches).then((answers) => ({ answers, at: clock.now() }));
    return { filter, discover, questions, probed, probe, at: clock.now(), answered };
  }

  async #read({ filter, discover, questions, probed, probe, at: asked, answered }: Asked): Promise<Polled> {
    const { settle, checkpoints, clock } = this.#parts;
    const { answers, at: answeredAt } = await answered;
    const due = questions.map(({ stream }) => stream);
    if (clock.now() - asked >= gapFrom) {
      await this.#backlog.afterGap(filter);
    }
    const settleTime = settle.within(due.reduce((sum, { window }) => sum + window.size, 0));
    await this.#warnWhenShort(settleTime);
    const batches: LogEntry[][] = [];
    for (const [position, question] of questions.entries()) {
      const { stream } = question;
      if (!this.#indices.holds(stream)) {
        continue;
      }
      const answer = answers[position] ?? { refusal: "unavailable", reason: "" };
      const entries = "refusal" in answer ? undefined : await this.#readShard(question, answer.body, filter.clauses);
      if (entries === undefined) {
        await this.#refuse(stream, answer);
        continue;
      }
      stream.failures = 0;
      stream.readAt = answeredAt;
      // What became visible after the answer was not seen.
      stream.settle(answeredAt, settleTime, checkpoints.age);
      batches.push(entries);
    }
    refuseIfNoneUnderstood(this.#indices.streams, due, answers);
    probed.forEach((stream) => (stream.probedAt = asked));
    for (const found of probe.read(answers.slice(due.length))) {
      await this.#indices.noteProbed(found, true);
    }
    const grown = discover && (await this.#indices.listedIs(answers.at(-1)));
    return { batches, more: grown || due.some((stream) => stream.behind && stream.failures === 0) };
  }

  async #warnWhenShort(settleTime: number): Promise<void> {
    if (settleTime >= this.#parts.settle.ms || this.#warned) {
      return;
    }
    this.#warned = true;
    const text = l10n.t(
      "more than {0} events are under observation: late ones are looked for only {1} s long",
      windowLimit,
      Math.round(settleTime / 1000),
    );
    await this.#parts.outlet.notice("windowShortened", text);
  }

  /** What is new in one answer; undefined when the shard failed meanwhile, and then nothing has changed. */
  async #readShard({ stream, bound, size }: Question, body: JsonObject, clauses: readonly JsonObject[]): Promise<LogEntry[] | undefined> {
    const { exchange, clock, settle } = this.#parts;
    const hits = hitsOf(body);
    const state = compare(stream, hits, body);
    const checked = state === "same" ? unchanged : await recheck(exchange, stream, clauses, state === "renumbered");
    if (checked === undefined) {
      return undefined;
    }
    const { late, replaced } = checked;
    if ((replaced || state === "renumbered") && !(await this.#indices.isUnchanged(stream))) {
      stream.behind = true;
      return [];
    }
    late.forEach(({ seq }) => {
      settle.noteInversion(stream.passed(seq, clock.now()));
    });
    const { ceiling } = stream;
    const fresh = hits.filter((hit) => hit.seq > ceiling);
    for (const hit of fresh) {
      stream.add(hit.seq, hit.id, hit.term);
    }
    const full = hits.length >= size;
    if (bound !== undefined) {
      stream.tuneStep(hits.length, size);
      if (!full) {
        stream.raiseCeiling(bound);
      }
    }
    stream.behind = full || bound !== undefined;
    if (fresh.length > 0) {
      stream.noteBurst(clock.now());
      if (!this.#indices.settingsPermitted && clauses.length === 0) {
        settle.noteSpacing(stream.spacing ?? 0);
      }
    }
    return [...late, ...fresh].map((hit) => toEntry(stream, hit));
  }

  async #refuse(stream: StreamCursor, answer: Answer): Promise<void> {
    const { clock, sender, pageSize } = this.#parts;
    stream.failures++;
    stream.behind = false;
    stream.blockedUntil = clock.now() + sender.backoff(stream.failures);
    if (!("refusal" in answer)) {
      return;
    }
    switch (answer.refusal) {
      case "missing":
        return this.#indices.drop(stream.index);
      case "shardMissing":
        this.#indices.recount(stream.index);
        return;
      case "throttled":
        pageSize.overloaded();
        return;
      case "unavailable":
        return;
      default:
        return this.#indices.block(stream, answer.reason);
    }
  }
}

/** Ends the tail where every shard that answers at all refuses the search itself: asking again changes nothing. */
function refuseIfNoneUnderstood(streams: readonly StreamCursor[], due: readonly StreamCursor[], answers: readonly Answer[]): void {
  const asked = answers.slice(0, due.length);
  const alike = asked.every((answer) => "refusal" in answer && answer.refusal === "invalid");
  if (alike && streams.every((stream) => due.includes(stream) || stream.failures > 0)) {
    refuseIfAll(asked);
  }
}

/** Whether the window is as it was when it was shown. */
function compare(stream: StreamCursor, hits: readonly Hit[], body: JsonObject): "same" | "changed" | "renumbered" {
  const { anchor, ceiling } = stream;
  if (anchor !== undefined) {
    const found = hits.find((hit) => hit.seq === ceiling && hit.id === anchor.id);
    if (found === undefined && !hits.some((hit) => hit.seq === ceiling)) {
      return "changed";
    }
    if (found === undefined || found.term > anchor.term) {
      return "renumbered";
    }
  }
  const count = numberAt(body, "aggregations", "win", "s", "count") ?? 0;
  const sum = numberAt(body, "aggregations", "win", "s", "sum") ?? 0;
  return count === stream.window.count && sum === stream.window.sum ? "same" : "changed";
}
