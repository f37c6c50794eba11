import * as l10n from "@vscode/l10n";
import type { SearchAnswer, SearchRequest, SearchTransport } from "../aws/ports";
import type { Clock } from "../clock";
import { AppError, isAbort, isWithoutCredentials } from "../errors";
import { refusalError, type DomainRefusal } from "../resources/domainRefusal";
import { parseJson } from "./json";
import type { Outlet } from "./outlet";
import { reasonOf, refusalOf, type Refusal } from "./searchAnswers";

/** What came back for good. */
export interface Sent {
  readonly value: unknown;
  readonly bytes: number;
  readonly ms: number;
}

const longestBackoff = 30_000;
const longestRetryAfter = 300_000;
const signInEvery = 15_000;
/** A running tail that is refused goes on asking so long: networks, policies and mappings change back. */
const refusedFor = 600_000;
/** A domain that has never answered is given up after so many attempts. */
const firstAttempts = 6;
const clockTolerance = 2000;

/** Sends requests until they are answered: overload, broken connections and expired credentials are waited out here. */
export class RequestSender {
  readonly #transport: SearchTransport;
  readonly #clock: Clock;
  readonly #outlet: Outlet;
  readonly #random: () => number;
  readonly #signal: AbortSignal;
  #answered = false;
  #clockOffset = 0;

  constructor(transport: SearchTransport, clock: Clock, outlet: Outlet, random: () => number, signal: AbortSignal) {
    this.#transport = transport;
    this.#clock = clock;
    this.#outlet = outlet;
    this.#random = random;
    this.#signal = signal;
  }

  /** By how much the domain's clock is ahead of this one, in milliseconds. */
  get clockOffset(): number {
    return this.#clockOffset;
  }

  /** Full jitter: anything up to the doubled time, so that clients do not return together. */
  backoff(failures: number): number {
    return 250 + this.#random() * Math.min(longestBackoff, 1000 * 2 ** Math.min(failures, 5));
  }

  pause(ms: number): Promise<void> {
    return this.#clock.delay(ms, this.#signal);
  }

  begin(): Attempt {
    return { failures: 0, started: this.#clock.now() };
  }

  async recovered({ failures, started }: Attempt): Promise<void> {
    this.#answered = true;
    if (failures > 0) {
      await this.#outlet.notice("resumed", l10n.t("resumed after {0} s, no gap", Math.round((this.#clock.now() - started) / 1000)));
    }
  }

  /**
   * Resolves with an answer that `usable` accepts, or with one of `final`, the refusals that the caller deals with.
   * `overloaded` is told of every 429.
   */
  async send(request: SearchRequest, options: SendOptions): Promise<Sent | { readonly refusal: Refusal; readonly sent: Sent }> {
    const attempt = this.begin();
    const { attempts = Infinity } = options;
    for (;;) {
      const asked = this.#clock.now();
      const answer = await this.#attempt(request);
      if ("status" in answer) {
        const value = parseJson(answer.body);
        const sent: Sent = { value, bytes: answer.body.length, ms: this.#clock.now() - asked };
        if (answer.status === 200 && options.usable(value)) {
          await this.recovered(attempt);
          return sent;
        }
        const refusal = answer.status === 200 ? "unavailable" : refusalOf(answer.status, answer.body);
        if (options.final(refusal) || attempt.failures + 1 >= attempts) {
          return { refusal, sent };
        }
        if (refusal === "throttled") {
          options.overloaded();
        }
        await this.#waitAfter(refusal, answer, value, attempt);
      } else {
        await this.#waitWithout(answer.failed, attempt);
      }
    }
  }

  /** One attempt, for what can be done without; undefined when it failed. */
  async once(request: SearchRequest): Promise<SearchAnswer | undefined> {
    const answer = await this.#attempt(request);
    return "status" in answer ? answer : undefined;
  }

  async #attempt(request: SearchRequest): Promise<SearchAnswer | { readonly failed: AppError }> {
    try {
      const answer = await this.#transport.send(request, this.#signal);
      this.#readClock(answer.headers["date"]);
      return answer;
    } catch (thrown) {
      if (!isAbort(thrown) && !this.#signal.aborted && thrown instanceof AppError) {
        return { failed: thrown };
      }
      throw thrown;
    }
  }

  #readClock(date: string | undefined): void {
    const domain = date === undefined ? NaN : Date.parse(date);
    if (!Number.isNaN(domain)) {
      // The header has whole seconds.
      const offset = domain + 500 - this.#clock.now();
      this.#clockOffset = Math.abs(offset) > clockTolerance ? offset : 0;
    }
  }

  async #waitAfter(refusal: Refusal, answer: SearchAnswer, value: unknown, at: Attempt): Promise<void> {
    if (refusal === "throttled" || refusal === "unavailable") {
      await this.#wait(String(answer.status), at, retryAfter(answer, this.#clock.now() + this.#clockOffset));
      return;
    }
    if (refusal === "missing") {
      throw new AppError("notFound", l10n.t("There is no such domain any more."));
    }
    if (refusal === "closed" || refusal === "invalid" || refusal === "shardMissing") {
      throw new AppError(
        "invalidInput",
        l10n.t("The domain does not understand the search: {0}", reasonOf(value) || String(answer.status)),
      );
    }
    await this.waitRefused(refusalError(refusal, reasonOf(value)), refusal, at);
  }

  /** At the start a refusal ends the tail; later it keeps its place and asks again. */
  async waitRefused(error: AppError, refusal: DomainRefusal | "credentials", attempt: Attempt): Promise<void> {
    const lasting = refusal === "expiredToken" || refusal === "credentials";
    const given = refusal === "password" || refusal === "preference" || (!lasting && this.#clock.now() - attempt.started > refusedFor);
    if (!this.#answered || given) {
      throw error;
    }
    if (attempt.failures === 0) {
      const text = [error.message, error.next].filter((part) => part !== undefined).join(" ");
      await this.#outlet.notice(lasting ? "signIn" : "refused", text);
    }
    attempt.failures++;
    await this.pause(signInEvery);
  }

  async #waitWithout(error: AppError, at: Attempt): Promise<void> {
    if (isWithoutCredentials(error)) {
      await this.waitRefused(error, "credentials", at);
      return;
    }
    if (error.reason !== "network" || (!this.#answered && (isHopeless(error) || at.failures + 1 >= firstAttempts))) {
      throw error;
    }
    await this.#wait(error.code ?? error.message, at, 0);
  }

  async #wait(why: string, attempt: Attempt, least: number): Promise<void> {
    if (attempt.failures === 0) {
      await this.#outlet.notice("reconnecting", l10n.t("reconnecting ({0})", why));
    }
    await this.pause(Math.max(least, this.backoff(attempt.failures++)));
  }
}

interface SendOptions {
  readonly usable: (value: unknown) => boolean;
  readonly final: (refusal: Refusal) => boolean;
  readonly overloaded: () => void;
  /** After so many answers that are of no use, the last one is the answer. */
  readonly attempts?: number;
}

/** Tries of one request. */
export interface Attempt {
  failures: number;
  readonly started: number;
}

/** Waiting does not help where the name or the certificate is wrong. */
function isHopeless({ code = "" }: AppError): boolean {
  return code === "ENOTFOUND" || /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code);
}

/** Seconds or a date, in milliseconds from now. */
function retryAfter(answer: SearchAnswer, now: number): number {
  const text = answer.headers["retry-after"] ?? "";
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return ms > 0 ? Math.min(ms, longestRetryAfter) : 0;
}
