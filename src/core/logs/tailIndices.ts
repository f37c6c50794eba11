import * as l10n from "@vscode/l10n";
import { AppError } from "../errors";
import type { LogFilter } from "./filter";
import { headOf, probe, readHeads, type Probed } from "./headProbe";
import { IndexFamily } from "./indexFamily";
import { namesIn } from "./indexListing";
import { IndexTimes } from "./indexTimes";
import { numberAt } from "./json";
import { isWhole, refuseIfAll, type Answer } from "./searchAnswers";
import type { IndexSettings, Search } from "./searchExchange";
import { headBody, indicesBody } from "./searchRequests";
import { RestingIndices } from "./restingIndices";
import { SilentStreams } from "./silentStreams";
import { StreamCursor } from "./streamCursor";
import type { TailParts } from "./tailParts";

const blockedFor = 60_000;
const startAttempts = 8;

/** The index and its rotations that exist, with the cursors of their shards. */
export class TailIndices {
  readonly base: string;
  readonly #parts: TailParts;
  readonly #known = new Map<string, StreamCursor[]>();
  readonly #times: IndexTimes;
  readonly #resting = new RestingIndices();
  readonly #family: IndexFamily;
  /** Indices that were gone or changed. */
  readonly #dropped = new Map<string, StreamCursor[]>();
  readonly silent = new SilentStreams();
  #emptyAtStart: ReadonlySet<string> = new Set();
  /** Indices that were there at the start, as far as is known, and could not be read. */
  readonly #unread = new Set<string>();
  #atStart: ReadonlySet<string> | undefined;
  #placeLater: (streams: readonly StreamCursor[]) => void = () => undefined;
  #stale = false;
  #settingsPermitted = true;
  #saidUntold = false;

  constructor(base: string, parts: TailParts) {
    this.base = base;
    this.#parts = parts;
    this.#times = new IndexTimes(base, parts);
    this.#family = new IndexFamily(base, parts.exchange);
  }

  /** The index itself, its rotations, and what its name stands for as an alias. */
  ours(names: readonly string[]): Promise<readonly string[]> {
    return this.#family.ours(names);
  }

  /** The filter, and that of the alias where the name is one that has its own. */
  within(filter: LogFilter): LogFilter {
    return this.#family.within(filter);
  }

  /** Reads the filter of the alias before the first search. */
  async readAlias(): Promise<void> {
    await this.#family.readAlias();
  }

  /** Says, once, that the alias may have a filter that cannot be read. */
  async #sayUntold(): Promise<void> {
    if (!this.#saidUntold && this.#family.filterUntold) {
      this.#saidUntold = true;
      const text = l10n.t("{0} is an alias and the domain does not tell its filter: all events of its indices are shown", this.base);
      await this.#parts.outlet.notice("aliasFilter", text);
    }
  }

  get streams(): readonly StreamCursor[] {
    return [...this.#known.values()].flat();
  }

  get names(): readonly string[] {
    return [...this.#known.keys()];
  }

  /** Names of the pattern that need not be listed again. */
  get listed(): readonly string[] {
    return [...this.#known.keys(), ...this.#family.foreign];
  }

  /** The list of indices has to be read again before its time. */
  get stale(): boolean {
    return this.#stale;
  }

  /** The domain tells refresh intervals and creation times. */
  get settingsPermitted(): boolean {
    return this.#settingsPermitted;
  }

  /** No poll shows anything sooner than this after another, in milliseconds. */
  get pollEvery(): number {
    return this.#times.shownEvery(this.names);
  }

  /** Whose turn it is. Of those that are polled rarely no more than there is room for, who waited longest first. */
  due(now: number, room = Infinity): StreamCursor[] {
    const every = (stream: StreamCursor): number => this.#times.pollEvery(stream, now);
    const due = this.streams.filter((stream) => !stream.silent && stream.blockedUntil <= now && now - stream.readAt >= every(stream));
    if (due.length < room) {
      return due;
    }
    const often = due.filter((stream) => every(stream) === 0);
    const rarely = due.filter((stream) => every(stream) > 0).sort((a, b) => a.readAt - b.readAt);
    return [...often, ...rarely.slice(0, Math.max(1, room - 1 - often.length))];
  }

  /** When the index was made, where the domain tells. */
  created(name: string): number | undefined {
    return this.#times.created(name);
  }

  /** Nothing can be under way to this index. */
  isDormant(name: string): boolean {
    return this.#times.isDormant(name);
  }

  /**
   * Lists what is there and makes a cursor at each shard's head. Answers the heads, by stream. `placeLater` is given those of an
   * index that could not be read now, when it can.
   */
  async start(
    names: readonly string[],
    placeLater: (streams: readonly StreamCursor[]) => void = () => undefined,
  ): Promise<ReadonlyMap<StreamCursor, number | undefined>> {
    const { exchange } = this.#parts;
    this.#placeLater = placeLater;
    this.#times.start();
    const settings = await exchange.settings(`${this.base}*`);
    this.#settingsPermitted = settings !== undefined;
    this.#atStart = settings === undefined ? undefined : new Set(settings.keys());
    this.#times.noteCreated(settings);
    await this.#addAll(await this.#family.ours([...names, ...(await this.#unlisted(settings, names))]));
    await this.#sayUntold();
    for (const [name, each] of settings ?? []) {
      await this.#noteRefresh(name, each);
    }
    const { streams } = this;
    const answers = await readHeads(exchange, streams);
    refuseIfAll(answers);
    return new Map(streams.map((stream, position) => [stream, headOf(answers[position])]));
  }

  /** Names that an earlier session read until then: those that are gone are named, and what is missing is placed when it can be read. */
  async expect(names: readonly string[], until: number): Promise<void> {
    for (const name of names.filter((each) => !this.#known.has(each))) {
      this.#unread.add(name);
      if (this.#atStart?.has(name) === false && !this.isDormant(name)) {
        await this.#sayGone(name, until);
      }
    }
  }

  /** The search that finds new indices, and those that are rarely polled and got something. */
  listing(): Search {
    const now = this.#parts.clock.now();
    const watched = this.#resting.floors(this.streams.filter((stream) => this.#times.pollEvery(stream, now) > 0));
    return { index: `${this.base}*`, body: indicesBody(this.listed, watched) };
  }

  /** True when there is something to poll at once: in an index that was not known, or in one that is rarely polled. */
  async listedIs(answer: Answer | undefined): Promise<boolean> {
    if (answer === undefined || "refusal" in answer) {
      if (answer?.refusal === "invalid") {
        throw new AppError("invalidInput", l10n.t("The indices of {0} cannot be listed: {1}", this.base, answer.reason));
      }
      return false;
    }
    this.#stale = false;
    if (this.#known.size === 0) {
      this.#family.judgeAnew();
    }
    const woken = [...this.#resting.changed(answer.body)].flatMap((name) => this.#known.get(name) ?? []);
    woken.forEach((stream) => (stream.readAt = 0));
    return (await this.#include(namesIn(answer.body))) || woken.length > 0;
  }

  async #include(names: readonly string[]): Promise<boolean> {
    const unknown = (await this.#family.ours(names)).filter((name) => !this.#known.has(name));
    await this.#sayUntold();
    for (const name of unknown) {
      await this.#includeOne(name);
    }
    return unknown.some((name) => this.#known.has(name));
  }

  async drop(name: string): Promise<void> {
    const streams = this.#known.get(name);
    if (streams !== undefined) {
      this.#setAside(name, streams);
      await this.#sayGone(name, Math.max(...streams.map(({ readAt }) => readAt)));
    }
  }

  async #sayGone(name: string, since: number): Promise<void> {
    const text = l10n.t("index {0} was deleted: what it received since {1} was not shown", name, new Date(since).toISOString());
    await this.#parts.outlet.notice("indexGone", text);
  }

  /** The index has other shards than before: it is another index with other ids, found again by the next listing. */
  recount(name: string): void {
    if (this.#setAside(name, [])) {
      this.#parts.outlet.forget(name);
    }
  }

  /** The cursor is still the one that is read on with. */
  holds(stream: StreamCursor): boolean {
    return this.#known.get(stream.index)?.includes(stream) ?? false;
  }

  /** False when the index is not the one that was read so far: the cursor has gone back, or is not held any more. */
  async isUnchanged(stream: StreamCursor): Promise<boolean> {
    const [found] = await probe(this.#parts.exchange, [stream]);
    return found === undefined || (await this.noteProbed(found, false));
  }

  /** False when the index is not what it was. `shownMeanwhile`: what came since may have been shown, and is not shown again. */
  async noteProbed({ stream, head, backTo }: Probed, shownMeanwhile: boolean): Promise<boolean> {
    if (head >= stream.floor && backTo === undefined) {
      stream.noteHead(this.#parts.clock.now(), head);
      return true;
    }
    return !this.holds(stream) || (await this.#isShorter(stream, head, backTo, shownMeanwhile));
  }

  /** After a gap: indices that were made anew meanwhile begin anew. */
  async compareTimes(): Promise<void> {
    for (const [name, { created }] of (await this.#parts.exchange.settings(`${this.base}*`)) ?? []) {
      if (this.#known.has(name) && created !== undefined && !this.#times.isSame(name, created)) {
        await this.#beginAnew(name, true);
      }
    }
  }

  /** The highest number fell below what was settled, or a settled number has another document. True when documents were only deleted. */
  async #isShorter(stream: StreamCursor, head: number, backTo: number | undefined, shownMeanwhile: boolean): Promise<boolean> {
    const { index } = stream;
    const created = (await this.#parts.exchange.settings(index))?.get(index)?.created;
    const same = created === undefined ? (backTo ?? -1) >= 0 : this.#times.isSame(index, created);
    if (!same) {
      await this.#beginAnew(index, created !== undefined && !shownMeanwhile);
      return false;
    }
    if (backTo === undefined) {
      return true;
    }
    stream.goBackTo(backTo, this.#parts.clock.now(), head);
    await this.#parts.outlet.notice("indexReset", l10n.t("index {0} was made anew or restored: what it received since is shown", index));
    return false;
  }

  /** Where it is not known whether it is another index, what was shown is not shown again. */
  async #beginAnew(name: string, otherIds: boolean): Promise<void> {
    if (this.#setAside(name, [])) {
      if (otherIds) {
        this.#parts.outlet.forget(name);
      }
      await this.#parts.outlet.notice("indexReset", l10n.t("index {0} begins anew", name));
    }
  }

  /** A stream that cannot be read now is asked again in a minute. */
  async block(stream: StreamCursor, reason: string): Promise<void> {
    stream.blockedUntil = this.#parts.clock.now() + blockedFor;
    if (stream.failures <= 1) {
      await this.#parts.outlet.notice("indexFailed", l10n.t("{0} cannot be read at present: {1}", stream.index, reason));
    }
  }

  /** Until it is listed again: with the cursors to go on with when it is the same index. */
  #setAside(name: string, cursors: StreamCursor[]): boolean {
    this.#dropped.set(name, cursors);
    this.#stale = true;
    return this.#known.delete(name);
  }

  async #includeOne(name: string): Promise<void> {
    const { clock, exchange, outlet, sender } = this.#parts;
    await this.#addCursors([name]);
    if (!this.#known.has(name)) {
      this.#stale = true;
      return;
    }
    this.#known.get(name)?.forEach((stream) => (stream.activeAt = clock.now()));
    const before = this.#times.created(name);
    const all = await exchange.settings(name);
    const settings = all?.get(name);
    this.#times.noteCreated(all);
    if (settings !== undefined) {
      await this.#noteRefresh(name, settings);
    }
    if (this.#unread.delete(name)) {
      this.#placeLater(this.#known.get(name) ?? []);
      return;
    }
    const dropped = this.#dropped.get(name);
    this.#dropped.delete(name);
    const same = dropped !== undefined && before !== undefined && settings?.created === before;
    if (same && dropped.length === this.#known.get(name)?.length) {
      await this.#putBack(name, dropped);
      return;
    }
    if (dropped !== undefined && dropped.length > 0 && settings?.created !== undefined) {
      outlet.forget(name);
    }
    if (dropped !== undefined || this.#emptyAtStart.has(name) || !this.#times.isOld(name, settings)) {
      await outlet.notice("newIndex", l10n.t("new index {0}", name));
      return;
    }
    for (let open = [...(this.#known.get(name) ?? [])], failures = 0; open.length > 0; failures++) {
      const heads = await readHeads(exchange, open);
      const silent = open.filter((stream, position) => {
        const head = headOf(heads[position]);
        if (head !== undefined) {
          stream.jump(head, head);
          stream.noteHead(clock.now(), head);
        }
        return head === undefined;
      });
      if (silent.length > 0 && failures >= startAttempts) {
        // Its history would be shown if it were followed from where a cursor begins.
        this.#known.delete(name);
        this.#stale = true;
        return;
      }
      open = silent;
      await (open.length > 0 ? sender.pause(sender.backoff(failures)) : undefined);
    }
    await outlet.notice("oldIndex", l10n.t("index {0} is older than this tail: followed from its end", name));
  }

  /** It was gone for a node that did not know it yet, or was restored, perhaps as it was some time ago: it goes on where it was. */
  async #putBack(name: string, cursors: StreamCursor[]): Promise<void> {
    const { exchange, outlet } = this.#parts;
    this.#known.set(name, cursors);
    const answers = await readHeads(exchange, cursors);
    for (const [position, stream] of cursors.entries()) {
      const head = headOf(answers[position]);
      if (head !== undefined && head < stream.floor) {
        stream.jump(head, head);
      }
    }
    await outlet.notice("newIndex", l10n.t("new index {0}", name));
  }

  /** Of the indices that the listing did not name: those that hold documents. The empty ones are noted; closed and red ones are neither. */
  async #unlisted(settings: ReadonlyMap<string, IndexSettings> | undefined, listed: readonly string[]): Promise<readonly string[]> {
    const known = new Set(listed);
    const names = (await this.#family.ours([...(settings?.keys() ?? [])])).filter((name) => !known.has(name));
    const answers = await this.#parts.exchange.search(names.map((index) => ({ index, body: headBody() })));
    const whole = names.filter((_, position) => isWhole(answers[position]));
    for (const [position, name] of names.entries()) {
      const answer = answers[position];
      if (
        answer !== undefined &&
        !whole.includes(name) &&
        !("refusal" in answer && (answer.refusal === "closed" || answer.refusal === "missing"))
      ) {
        await this.#sayUnread(name);
      }
    }
    this.#emptyAtStart = new Set(whole.filter((name) => headOf(answers[names.indexOf(name)]) === -1));
    return whole.filter((name) => !this.#emptyAtStart.has(name));
  }

  /** What is there at the start has to be known from the start: later it would count as new. */
  async #addAll(names: readonly string[]): Promise<void> {
    const { sender } = this.#parts;
    let missing = names;
    for (let failures = 0; missing.length > 0 && failures < startAttempts; failures++) {
      await (failures > 0 ? sender.pause(sender.backoff(failures)) : undefined);
      await this.#addCursors(missing);
      missing = missing.filter((name) => !this.#known.has(name));
    }
    for (const name of missing) {
      await this.#sayUnread(name);
    }
  }

  async #sayUnread(name: string): Promise<void> {
    this.#unread.add(name);
    const text = l10n.t("{0} cannot be read at present: {1}", name, l10n.t("none of its shards answers"));
    await this.#parts.outlet.notice("indexFailed", text);
  }

  async #addCursors(names: readonly string[]): Promise<void> {
    const { clock, exchange } = this.#parts;
    const now = clock.now();
    const answers = await exchange.search(names.map((index) => ({ index, body: headBody() })));
    for (const [position, name] of names.entries()) {
      const answer = answers[position];
      const total = answer === undefined || "refusal" in answer ? 0 : (numberAt(answer.body, "_shards", "total") ?? 0);
      const cursors = Array.from({ length: total }, (_, shard) => new StreamCursor(name, shard, -1, -1));
      const activeAt = this.isDormant(name) ? this.#times.end(name) : now;
      cursors.forEach((stream) => (stream.activeAt = activeAt));
      if (total > 0) {
        this.#known.set(name, cursors);
      }
    }
  }

  async #noteRefresh(name: string, { refresh }: IndexSettings): Promise<void> {
    this.#times.noteRefresh(name, refresh);
    if (refresh >= 0) {
      this.#parts.settle.noteRefresh(refresh);
    } else if (this.#known.has(name)) {
      const text = l10n.t("index {0} is never refreshed (refresh_interval -1): its events show only after a refresh", name);
      await this.#parts.outlet.notice("noRefresh", text);
    }
  }
}
